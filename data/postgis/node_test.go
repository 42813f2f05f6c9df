//go:build unix

package postgis

const nodeOf = "FRONTIERWATCH_TEST_NODE"

func node(dsn, run string) error { return nil }
