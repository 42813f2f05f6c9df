package index

import "unsafe"

// frozen is a text that shares the bytes of a book, which are written once and
// never changed, so that a page of a thousand versions needs no thousand copies.
func frozen(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
