package gpkg

import "os"

// soak says whether the tests that play accidents are to take their time:
// FRONTIERWATCH_SOAK=1 go test -timeout 1h ./data/gpkg
func soak() bool { return os.Getenv("FRONTIERWATCH_SOAK") == "1" }
