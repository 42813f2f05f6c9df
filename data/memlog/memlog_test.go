package memlog_test

import (
	"testing"

	"frontierwatch/data"
	"frontierwatch/data/logtest"
	"frontierwatch/data/memlog"
)

func TestContract(t *testing.T) {
	logtest.Run(t, func(testing.TB) data.Log { return memlog.New() })
}

func TestContractRedactions(t *testing.T) {
	logtest.RunRedactions(t, func(testing.TB) data.Log { return memlog.New() })
}
