package data

// Size is how many reports stand.
func (c *Corpus) Size() int { return c.state.Load().reports.Len() }
