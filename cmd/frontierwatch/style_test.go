package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house that a program can check.
const (
	longestFile     = 600 // lines
	longestFunction = 80
)

// vague lists names that say nothing of what a package is for.
var vague = []string{"util", "utils", "common", "helpers", "manager", "types", "models", "misc"}

func TestStyle(t *testing.T) {
	files := 0
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".git")) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			files++
			for _, fault := range styleFaults(t, path, nil) {
				t.Errorf("%s: %s", path, fault)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d files were looked at", files)
	}
}

// The control: a file with a fault of each kind.
func TestStyleFaultsAreFound(t *testing.T) {
	long := "package util\n\nfunc init() {}\n\nfunc Bare() {\n" + strings.Repeat("\tprintln()\n", 700) + "}\n"
	got := styleFaults(t, "util.go", long)
	for _, want := range []string{"lines long", "named util", "init", "Bare has no comment", "Bare is"} {
		if !slices.ContainsFunc(got, func(fault string) bool { return strings.Contains(fault, want) }) {
			t.Errorf("%q was not found out: %v", want, got)
		}
	}
}

// styleFaults reads a file, or text in its place.
func styleFaults(t *testing.T, path string, text any) (faults []string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if lines := set.File(file.Pos()).LineCount(); lines > longestFile {
		faults = append(faults, "the file is too many lines long")
	}
	if slices.Contains(vague, file.Name.Name) {
		faults = append(faults, "the package is named "+file.Name.Name)
	}
	inTest := strings.HasSuffix(path, "_test.go")
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := f.Name.Name
		if name == "init" && f.Recv == nil {
			faults = append(faults, "it registers by init")
		}
		if !inTest && ast.IsExported(name) && f.Doc == nil && !spokenFor(f) {
			faults = append(faults, name+" has no comment")
		}
		if length := set.Position(f.End()).Line - set.Position(f.Pos()).Line; !inTest && length > longestFunction {
			faults = append(faults, name+" is too long")
		}
	}
	return faults
}

// spokenFor lists what needs no comment of its own: methods that an interface of
// the standard library explains, and what the command line asks of a command.
func spokenFor(f *ast.FuncDecl) bool {
	return f.Recv != nil && slices.Contains([]string{"String", "Error", "Unwrap", "Is", "Read", "Write", "Close", "Run", "Help", "ServeHTTP", "MarshalJSON", "MarshalText", "UnmarshalText"}, f.Name.Name)
}
