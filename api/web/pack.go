package web

import (
	"bytes"
	"compress/gzip"
)

// pack is a body packed with gzip, nil where that saves less than a tenth. Bodies
// are packed once, when the handler is made.
func pack(body []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(body) // a buffer takes everything
	z.Close()
	if packed.Len() > len(body)*9/10 {
		return nil
	}
	return packed.Bytes()
}
