package report

import "strconv"

// reader reads values that must be of some kind and collects what is wrong.
type reader struct {
	scanner
	faults Faults
}

// refuse notes what is wrong with a member unless something already is.
func (d *reader) refuse(member, detail string) { d.faults = d.faults.with(member, detail) }

// broken says whether a member, something in it, or what it is in has a fault.
func (d *reader) broken(member string) bool { return d.faults.in(member) }

// once notes that a member came, and a fault if it came before. A bit of 0 is an
// unknown member.
func (d *reader) once(seen *uint64, bit uint64, parent string, name []byte) {
	if *seen&bit != 0 {
		d.refuse(pointer(parent, name), "comes twice; give it once")
	}
	*seen |= bit
}

// unknown refuses a member that nothing has, by name, and passes over its value.
func (d *reader) unknown(parent string, name []byte, known string) {
	if d.skip(); d.err == nil {
		d.refuse(pointer(parent, name), "is not known, and there is no place for anything else; known are "+known)
	}
}

// null passes over a null, if that is next.
func (d *reader) null() bool {
	if d.kind() != kindNull {
		return false
	}
	d.literal()
	return d.err == nil
}

// string reads a string; another value is passed over and a fault.
func (d *reader) string(member string) ([]byte, bool) {
	if d.kind() != kindString {
		d.wrong(member, "must be a string")
		return nil, false
	}
	s := d.str()
	return s, d.err == nil
}

// wrong passes over a value that should be another.
func (d *reader) wrong(member, detail string) {
	d.skip()
	if d.err == nil {
		d.refuse(member, detail)
	}
}

// real reads a number.
func (d *reader) real(member string) (float64, bool) {
	if d.kind() != kindNumber {
		d.wrong(member, "must be a number")
		return 0, false
	}
	raw := d.number()
	if d.err != nil {
		return 0, false
	}
	v, err := real(raw)
	if err != nil {
		d.refuse(member, err.Error())
	}
	return v, err == nil
}

// integer reads a number that is whole.
func (d *reader) integer(member string) (int64, bool) {
	if d.kind() != kindNumber {
		d.wrong(member, errInteger.Error())
		return 0, false
	}
	raw := d.number()
	if d.err != nil {
		return 0, false
	}
	n, err := whole64(raw)
	if err != nil {
		d.refuse(member, err.Error())
	}
	return n, err == nil
}

// list reads an array of strings; each is told its index.
func (d *reader) list(member string, most int, each func(i int, text string)) {
	if d.kind() != kindArray {
		d.wrong(member, "must be an array of strings")
		return
	}
	d.open('[')
	for i := 0; d.next(']', i); i++ {
		if i >= most {
			d.skip()
			continue
		}
		if d.kind() != kindString {
			d.wrong(element(member, i), "must be a string")
		} else if text := d.str(); d.err == nil {
			each(i, string(text))
		}
		if i == most-1 && d.peek() == ',' {
			d.refuse(element(member, most), "is one too many; there may be "+strconv.Itoa(most))
		}
	}
}

// oneOf keeps a word of a vocabulary, or its fault. It makes no string.
func oneOf[T ~string](d *reader, member string, to *T, all []T) {
	text, ok := d.string(member)
	if !ok {
		return
	}
	for _, w := range all {
		if string(w) == string(text) {
			*to = w
			return
		}
	}
	_, err := word("", all)
	d.refuse(member, err.Error())
}

// parsed keeps the value of a word of a vocabulary, or its fault.
func parsed[T any](d *reader, member string, to *T, parse func(string) (T, error)) {
	text, ok := d.string(member)
	if !ok {
		return
	}
	v, err := parse(string(text))
	if err != nil {
		d.refuse(member, err.Error())
		return
	}
	*to = v
}
