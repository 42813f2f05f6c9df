//go:build unix

package postgis

import (
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/logtest"
)

var _ data.Shared = (*Store)(nil)

func TestContract(t *testing.T) {
	logtest.Run(t, func(t testing.TB) data.Log { return opened(t, database(t)) })
}

func TestContractReopened(t *testing.T) {
	dsn := database(t)
	again := func(t testing.TB) data.Log { return opened(t, dsn) }
	logtest.RunReopened(t, again, again)
}

func TestContractRedactions(t *testing.T) {
	logtest.RunRedactions(t, func(t testing.TB) data.Log { return opened(t, database(t)) })
}

func TestContractOfRedactions(t *testing.T) {
	logtest.RunRedactions(t, func(t testing.TB) data.Log { return opened(t, database(t)) })
}
