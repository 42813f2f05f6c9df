package report

// refuse notes what is wrong with a member unless something in it already is.
func (d *decoder) refuse(member, detail string) {
	if !d.broken(member) {
		d.fault(member, detail)
	}
}

// once notes that a member came, and a fault if it came before. A bit of 0 is an
// unknown member.
func (d *decoder) once(seen *uint64, bit uint64, parent string, name []byte) {
	if *seen&bit != 0 {
		d.refuse(pointer(parent, name), "comes twice; give it once")
	}
	*seen |= bit
}

// unknown refuses a member that nothing has, by name, and passes over its value.
func (d *decoder) unknown(parent string, name []byte, known string) {
	d.skip()
	if d.err == nil {
		d.fault(pointer(parent, name), "is not a member of a report, which has no place for anything else; known are "+known)
	}
}

// null passes over a null, if that is next.
func (d *decoder) null() bool {
	if d.kind() != kindNull {
		return false
	}
	d.literal()
	return d.err == nil
}

// string reads a string; another value is passed over and a fault.
func (d *decoder) string(member string) ([]byte, bool) {
	if d.kind() != kindString {
		d.wrong(member, "must be a string")
		return nil, false
	}
	s := d.str()
	return s, d.err == nil
}

// wrong passes over a value that should be another.
func (d *decoder) wrong(member, detail string) {
	d.skip()
	if d.err == nil {
		d.refuse(member, detail)
	}
}

// real reads a number.
func (d *decoder) real(member string) (float64, bool) {
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
func (d *decoder) integer(member string) (int64, bool) {
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

// list reads an array of strings; each is told its pointer.
func (d *decoder) list(member string, most int, each func(member, text string)) {
	if d.kind() != kindArray {
		d.wrong(member, "must be an array of strings")
		return
	}
	d.open('[')
	for i := 0; d.next(']', i); i++ {
		at := element(member, min(i, most))
		if text, ok := d.string(at); ok && i < most {
			each(at, string(text))
		} else if ok {
			d.refuse(at, "is one too many")
		}
	}
}

// parsed keeps the value of a word of a vocabulary, or its fault.
func parsed[T any](d *decoder, member string, to *T, parse func(string) (T, error)) {
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
