package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
)

// fromArchive reads one file of an npm archive whose integrity must be sum.
func fromArchive(archive, sum, name string) ([]byte, error) {
	data, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	digest := sha512.Sum512(data)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(digest[:]); got != sum {
		return nil, fmt.Errorf("%s is not the archive expected: its integrity is %s, not %s", archive, got, sum)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", archive, err)
	}
	for files := tar.NewReader(unzipped); ; {
		switch header, err := files.Next(); {
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%s holds no %s", archive, name)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", archive, err)
		case header.Name == name:
			return io.ReadAll(files)
		}
	}
}
