package log

import "bytes"

// Judge says what becomes of an entry of a record whose newest revision is
// current, 0 if there is none. revision gives an entry that the log holds of that
// record; it is asked only for those there are. Already comes with the entry that
// was there, everything else with the zero Entry.
//
// Every store decides by it, so that all decide alike.
func Judge(e Entry, current int, revision func(int) (Entry, error)) (Outcome, Entry, error) {
	if e.Op == Create {
		if current == 0 {
			return Appended, Entry{}, nil
		}
		return same(e, revision, 1, current)
	}
	switch {
	case current == 0:
		return Missing, Entry{}, nil
	case e.Revision == current+1:
		return Appended, Entry{}, nil
	case e.Revision < 1 || e.Revision > current:
		return Conflict, Entry{}, nil
	}
	return same(e, revision, e.Revision, e.Revision)
}

// same looks for what an entry would write among two revisions that are there.
func same(e Entry, revision func(int) (Entry, error), first, second int) (Outcome, Entry, error) {
	for _, n := range [...]int{first, second} {
		there, err := revision(n)
		if err != nil {
			return 0, Entry{}, err
		}
		if bytes.Equal(there.Body, e.Body) && (e.Op == there.Op || e.Op == Create && there.Op == Correct) {
			return Already, there, nil
		}
	}
	return Conflict, Entry{}, nil
}
