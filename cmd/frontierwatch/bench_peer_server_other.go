//go:build !unix

package main

import (
	"context"
	"errors"
)

func startPostGIS(context.Context, string, int) (string, func() error, error) {
	return "", nil, errors.New("a PostgreSQL is started on Unix only: name one with --beside postgis=DSN")
}
