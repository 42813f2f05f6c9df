package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "frontierwatch"

// below lists, for each package of the house, the packages of the house it may
// import. "x/..." stands for x and all below it. A package that is not listed
// may import none.
var below = map[string][]string{
	"cmd/frontierwatch":      {"api", "api/...", "data", "data/...", "geo/..."},
	"api":                    {"api/...", "geo/..."},
	"api/codec":              {"geo/..."},
	"api/cql2":               {"geo/relate"},
	"api/key":                {"geo/..."},
	"api/tile":               {},
	"api/live":               {"geo/log"},
	"api/hook":               {"geo/guard", "geo/log", "geo/reader"},
	"api/web":                {},
	"data":                   {"geo/..."},
	"data/boundary":          {"geo/..."},
	"data/boundary/generate": {"data/boundary", "geo/..."}, // where ports are, which names need
	"data/gpkg":              {"geo/..."},
	"data/postgis":           {"geo/..."},
	"data/postgis/beside":    {"geo/..."},
	"data/postgis/server":    {},
	"data/postgis/cluster":   {"data/postgis/server"},
	"data/demo":              {"data/boundary", "geo/..."},
	"data/logtest":           {"data", "geo/..."},
	"data/memlog":            {"geo/..."},
	"data/view":              {"data", "geo/..."},
	"geo/frontier":           {},
	"geo/log":                {},
	"geo/relate":             {},
	"geo/guard":              {"geo/frontier", "geo/report"},
	"geo/report":             {"geo/frontier", "geo/log"},
	"geo/reader":             {"geo/frontier", "geo/report"},
	"geo/intake":             {"geo/report", "geo/frontier"},
	"geo/index":              {"geo/frontier", "geo/log", "geo/report"},
	"geo/series":             {"geo/frontier", "geo/log", "geo/report"},
	"geo/trend":              {},
	"geo/hotspot":            {"geo/frontier", "geo/guard", "geo/log", "geo/report", "geo/series", "geo/trend"},
}

// outside lists the only packages that may import a module or standard package
// by this prefix.
var outside = map[string][]string{
	"github.com/labstack/":            {"api"},
	"github.com/ncruces/go-sqlite3":   {"data/gpkg"},
	"github.com/jackc/pgx/":           {"data/postgis", "data/postgis/beside"},
	"database/sql":                    {},
	"net/http":                        {"api", "api/web", "api/hook", "cmd/frontierwatch"},
	"github.com/alecthomas/kong":      {"cmd/frontierwatch"},
	"github.com/tidwall/rtree":        {"geo/index", "geo/frontier"},
	"github.com/prometheus/":          {"cmd/frontierwatch"},
	"go.opentelemetry.io/":            {"api", "cmd/frontierwatch"},
	"go.opentelemetry.io/otel/sdk":    {"cmd/frontierwatch"},
	"go.opentelemetry.io/otel/exp":    {"cmd/frontierwatch"},
	"github.com/go-logr/":             {"cmd/frontierwatch"},
	"gonum.org/":                      {"geo/trend", "data/demo"},
	"testing":                         {"data/logtest"},
	"frontierwatch/cmd/frontierwatch": {},
}

// pure lists what no package below geo may import: it has no clock to read, no
// file, no network, no log.
var pure = []string{"os", "net", "net/http", "log", "log/slog", "database/sql", "io/ioutil", "path/filepath"}

func TestImportsPointDown(t *testing.T) {
	for pkg, imports := range houseImports(t) {
		for _, fault := range faultsOf(pkg, imports) {
			t.Error(fault)
		}
	}
}

// The control: a house with one crooked import of each kind must be found out.
func TestCrookedImportsAreFound(t *testing.T) {
	crooked := map[string]string{
		"geo/trend":   module + "/geo/frontier",
		"api":         module + "/data",
		"data":        module + "/data/gpkg",
		"geo/report":  "net/http",
		"geo/hotspot": "os",
		"data/gpkg":   "github.com/labstack/echo/v4",
		"api/hook":    "go.opentelemetry.io/otel/trace",
		"geo/unheard": module + "/geo/frontier",
	}
	for pkg, path := range crooked {
		if len(faultsOf(pkg, []string{path})) == 0 {
			t.Errorf("%s importing %s was not found out", pkg, path)
		}
	}
}

func faultsOf(pkg string, imports []string) (faults []string) {
	for _, path := range imports {
		if inside, ok := strings.CutPrefix(path, module+"/"); ok && !allowed(below[pkg], inside) {
			faults = append(faults, pkg+" may not import "+inside)
		}
		for prefix, who := range outside {
			if strings.HasPrefix(path, prefix) && (prefix != "testing" || path == "testing") && !slices.Contains(who, pkg) {
				faults = append(faults, pkg+" may not import "+path)
			}
		}
		if strings.HasPrefix(pkg, "geo/") && slices.Contains(pure, path) {
			faults = append(faults, pkg+" must stay pure and imports "+path)
		}
	}
	return faults
}

func allowed(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		tree, ok := strings.CutSuffix(p, "/...")
		return p == path || ok && strings.HasPrefix(path, tree+"/")
	})
}

// houseImports reads the imports of every non-test file, by package folder.
func houseImports(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	imports := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".git")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			imports[filepath.ToSlash(pkg)] = append(imports[filepath.ToSlash(pkg)], name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(imports) < 10 {
		t.Fatalf("only %d packages were found below %s", len(imports), root)
	}
	return imports
}

func TestTopLevelIsAsAgreed(t *testing.T) {
	agreed := []string{"cmd", "geo", "api", "data", "go.mod", "go.sum", "README.md", "Makefile", "LICENSE", "NOTICE"}
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || e.Name() == "frontierwatch" || strings.Contains(e.Name(), ".gpkg") {
			continue // dot-files, and what git ignores
		}
		if !slices.Contains(agreed, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}
