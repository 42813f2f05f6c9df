//go:build !linux

package main

import "os"

// flushCall is what os.File.Sync asks of the system.
const flushCall = "fsync"

func flushData(file *os.File) error { return file.Sync() }
