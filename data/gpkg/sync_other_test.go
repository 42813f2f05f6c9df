//go:build !linux

package gpkg

import "os"

func syncData(f *os.File) error { return f.Sync() }
