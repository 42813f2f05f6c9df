package intake

// value reads one JSON value, by its brackets and quotes alone: whether it is JSON
// is for those to say who read it from the row.
func (r *Reader) value() error {
	s := &r.source
	depth := 0
	for {
		c, ok := s.next()
		if !ok {
			return r.stopped()
		}
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			if _, err := r.text(); err != nil {
				return err
			}
		case ',', ':':
		default:
			if depth == 0 && !s.word() {
				return r.stopped()
			}
		}
		switch {
		case depth < 0, depth == 0 && (c == ',' || c == ':'):
			return r.broken("a value is missing")
		case depth == 0 && s.long():
			return r.long()
		case depth == 0:
			return nil
		}
	}
}

// word reads on to the end of a number, a literal, or what stands in their place.
// It says whether there is more behind it.
func (s *source) word() bool {
	for {
		switch c, ok := s.peek(); {
		case !ok:
			return false
		case white(c), c == ',', c == ':', c == ']', c == '}', c == '[', c == '{', c == '"':
			return true
		}
		s.next()
	}
}

// text reads the rest of a string, behind its first quote, and tells its length
// without the quotes.
func (r *Reader) text() (int, error) {
	s := &r.source
	for n := 0; ; n++ {
		c, ok := s.next()
		if ok && c == '\\' {
			_, ok = s.next()
			n++
		}
		switch {
		case !ok:
			return 0, r.stopped()
		case c == '"':
			return n, nil
		}
	}
}
