package gpkg

import (
	"path/filepath"
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/logtest"
)

var _ data.Log = (*Store)(nil)

func TestContract(t *testing.T) {
	logtest.Run(t, func(t testing.TB) data.Log { return open(t, filepath.Join(t.TempDir(), "log.gpkg")) })
}

func TestContractRedactions(t *testing.T) {
	logtest.RunRedactions(t, func(t testing.TB) data.Log { return open(t, filepath.Join(t.TempDir(), "log.gpkg")) })
}

func TestContractReopened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.gpkg")
	again := func(t testing.TB) data.Log { return open(t, path) }
	logtest.RunReopened(t, again, again)
}

// open opens a file for writing; the test may close it earlier.
func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
