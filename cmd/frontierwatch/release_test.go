//go:build linux

package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// What .release makes is made for this machine, and used as an operator would: the
// archive, the Debian package, the image. What is not installed for it is named.
func TestRelease(t *testing.T) {
	for _, tool := range []string{"bash", "git", "tar", "gzip", "sha256sum"} {
		if missing(tool) {
			t.Skipf("skipped: %s is not installed; no release was made", tool)
		}
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "-C", root, "rev-parse", "HEAD").CombinedOutput(); err != nil {
		t.Skipf("skipped: this is no checkout, so that no release was made: %s", out)
	}
	nfpm := packager(t, filepath.Join(root, ".release", "build"))
	system, out := "linux-"+runtime.GOARCH, t.TempDir()
	build := exec.Command(filepath.Join(root, ".release", "build"), system)
	build.Env = append(os.Environ(), "OUT="+out, "MAP=no", "NFPM="+nfpm)
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	t.Run("archive", func(t *testing.T) { checkArchive(t, out, system) })
	t.Run("sums", func(t *testing.T) { checkSums(t, out) })
	t.Run("package", func(t *testing.T) { checkPackage(t, out) })
	t.Run("image", func(t *testing.T) { checkImage(t, root, filepath.Join(out, system)) })
}

// packager is how the tool that makes packages is run without the network, or true.
func packager(t *testing.T, script string) string {
	t.Helper()
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	tool := regexp.MustCompile(`go run (github\.com/goreleaser/nfpm/\S+?)\}`).FindStringSubmatch(string(text))
	if tool == nil {
		t.Fatal("the script does not say with what packages are made")
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	run := "env GOSUMDB=off GOPROXY=file://" + strings.TrimSpace(string(cache)) + "/cache/download,off go run " + tool[1]
	if exec.Command("sh", "-c", run+" --version").Run() != nil {
		t.Logf("skipped: %s is not on this machine; no Debian package was made", tool[1])
		return "true"
	}
	return run
}

func one(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %q, %v", pattern, files, err)
	}
	return files[0]
}

// checkArchive unpacks an archive and runs what is in it.
func checkArchive(t *testing.T, out, system string) {
	file, err := os.Open(one(t, filepath.Join(out, "frontierwatch-*-"+system+".tar.gz")))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if !unzipped.ModTime.IsZero() || unzipped.Name != "" {
		t.Errorf("the archive says when or from what it was made: %v %q", unzipped.ModTime, unzipped.Name)
	}
	held, program := map[string]bool{}, filepath.Join(t.TempDir(), "frontierwatch")
	when := ""
	for from := tar.NewReader(unzipped); ; {
		h, err := from.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(h.Name, "/")
		held[name] = true
		if when == "" {
			when = h.ModTime.String()
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.ModTime.String() != when || h.Mode&0o022 != 0 {
			t.Errorf("%s: owner %d:%d %q, mode %o, %v", h.Name, h.Uid, h.Gid, h.Uname, h.Mode, h.ModTime)
		}
		if name == "frontierwatch" {
			text, err := io.ReadAll(from)
			if err == nil {
				err = os.WriteFile(program, text, 0o700)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []string{"frontierwatch", "LICENSE", "NOTICE", "README.md", "frontierwatch.1", "completions/frontierwatch.bash", "completions/_frontierwatch", "completions/frontierwatch.fish", "frontierwatch.service", "frontierwatch.default"} {
		if !held[name] {
			t.Errorf("%s is not in the archive", name)
		}
	}
	if said, err := exec.Command(program, "version").CombinedOutput(); err != nil || !strings.HasPrefix(string(said), "frontierwatch v") {
		t.Errorf("%v %s", err, said)
	}
	if linked, err := exec.Command("ldd", program).CombinedOutput(); err == nil {
		t.Errorf("the program needs libraries:\n%s", linked)
	}
}

func checkSums(t *testing.T, out string) {
	sums, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := sha256.Sum256(text); hex.EncodeToString(got[:]) != want {
			t.Errorf("the sum of %s is another", name)
		}
		named++
	}
	files, _ := filepath.Glob(filepath.Join(out, "frontierwatch?*.*"))
	if named == 0 || named != len(files) {
		t.Errorf("%d sums of %d files", named, len(files))
	}
}

func checkPackage(t *testing.T, out string) {
	files, _ := filepath.Glob(filepath.Join(out, "*.deb"))
	if len(files) == 0 {
		t.Skip("skipped: no Debian package was made")
	}
	if missing("dpkg-deb") {
		t.Skip("skipped: dpkg-deb is not installed; the package was not looked into")
	}
	text, err := exec.Command("dpkg-deb", "-c", files[0]).CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, text)
	}
	for _, name := range []string{"./usr/bin/frontierwatch", "./lib/systemd/system/frontierwatch.service", "./etc/default/frontierwatch", "./usr/share/man/man1/frontierwatch.1.gz",
		"./usr/share/bash-completion/completions/frontierwatch", "./usr/share/zsh/vendor-completions/_frontierwatch", "./usr/share/fish/vendor_completions.d/frontierwatch.fish", "./usr/share/doc/frontierwatch/copyright"} {
		if !regexp.MustCompile(`(?m)^\S+ root/root .* ` + regexp.QuoteMeta(name) + `$`).Match(text) {
			t.Errorf("%s is not in the package", name)
		}
	}
}

// The systemd unit is one that systemd reads, and shuts the server in.
func TestUnit(t *testing.T) {
	if missing("systemd-analyze") {
		t.Skip("skipped: systemd-analyze is not installed; the unit was not read by systemd")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", ".release", "frontierwatch.service"))
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "frontierwatch.service")
	verify := func(text string) string {
		text = strings.ReplaceAll(text, "/usr/bin/frontierwatch", os.Args[0]) // that is not installed here
		if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit).CombinedOutput()
		if err != nil && len(said) == 0 {
			return err.Error()
		}
		return string(said)
	}
	if said := verify(string(text)); strings.Contains(said, unit) || strings.Contains(said, "frontierwatch.service") {
		t.Error(said)
	}
	if said := verify(string(text) + "\n[Service]\nProtectSystem=somewhat\n"); !strings.Contains(said, "frontierwatch.service") { // the control
		t.Errorf("a unit that is wrong: %s", said)
	}
}
