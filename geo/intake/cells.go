package intake

// cells is one row of a CSV, taken apart. Its buffers are used again.
type cells struct {
	text  []byte // of all cells, one behind the other, without quotes
	ends  []int  // where each cell ends in text
	stray int    // the first cell that has a quote where none may be; negative: none
}

// count is how many cells there are: at least one.
func (c *cells) count() int { return len(c.ends) }

// cell is the i-th.
func (c *cells) cell(i int) []byte {
	if i == 0 {
		return c.text[:c.ends[0]]
	}
	return c.text[c.ends[i-1]:c.ends[i]]
}

// read reads one row by RFC 4180. A row ends with CRLF or LF, or with the source;
// more says that it did not end with the source, quoted that it ended within
// quotes. A quote that is out of place is noted and taken as it stands.
func (c *cells) read(s *source) (more, quoted bool) {
	c.text, c.ends, c.stray = c.text[:0], c.ends[:0], -1
	begin, closed := 0, false // of the cell; whether its quotes are closed
	for {
		b, ok := s.next()
		switch {
		case !ok:
			c.ends = append(c.ends, len(c.text))
			return false, quoted
		case quoted:
			if b != '"' {
				c.text = append(c.text, b)
			} else if b, ok := s.peek(); ok && b == '"' {
				s.next()
				c.text = append(c.text, '"')
			} else {
				quoted, closed = false, true
			}
		case b == '"' && len(c.text) == begin && !closed:
			quoted = true
		case b == ',':
			c.ends = append(c.ends, len(c.text))
			begin, closed = len(c.text), false
		case b == '\n':
			c.ends = append(c.ends, len(c.text))
			return true, false
		default:
			c.plain(s, b, closed)
		}
	}
}

// plain takes a byte outside of quotes. A carriage return belongs to the line feed
// behind it, or is what a file ends with that was cut between the two.
func (c *cells) plain(s *source, b byte, closed bool) {
	if b == '\r' {
		if n, ok := s.peek(); !ok || n == '\n' {
			return
		}
	}
	if (b == '"' || closed) && c.stray < 0 {
		c.stray = len(c.ends)
	}
	c.text = append(c.text, b)
}

// empty says whether nothing stands in any cell.
func (c *cells) empty() bool {
	for _, b := range c.text {
		if !white(b) {
			return false
		}
	}
	return true
}
