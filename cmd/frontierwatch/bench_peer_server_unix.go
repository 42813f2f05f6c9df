//go:build unix

package main

import (
	"context"
	"errors"
	"os"

	"frontierwatch/data/postgis/beside"
	"frontierwatch/data/postgis/server"
)

// startPostGIS starts the PostgreSQL that is installed, in a folder below dir.
func startPostGIS(ctx context.Context, dir string, reports int) (dsn string, stop func() error, err error) {
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as somebody else
		return "", nil, err
	}
	s, err := server.New(ctx, dir)
	if err != nil {
		return "", nil, err
	}
	if err := s.Start(ctx, beside.Settings(reports, machineBytes())...); err != nil {
		return "", nil, errors.Join(err, s.Remove())
	}
	return s.DSN("postgres"), s.Remove, nil
}
