//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// nonroot is whom the image runs as.
const nonroot = 65532

// checkImage builds the image from the program in a folder, over a base that is made
// here, since no registry is asked, and runs it with a root that is for reading only.
func checkImage(t *testing.T, root, program string) {
	for _, tool := range []string{"buildah", "unshare", "chroot"} {
		if missing(tool) {
			t.Skipf("skipped: %s is not installed; no image was made", tool)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("skipped: only root can make an image here without a daemon")
	}
	b := builder{t, t.TempDir()}
	b.do("build", "-q", "-f", filepath.Join(b.base(), "Containerfile"), "-t", "localhost/base", filepath.Join(b.dir, "base"))
	b.do("build", "-q", "-f", filepath.Join(root, ".release", "Containerfile"), "-t", "localhost/frontierwatch",
		"--build-context", "program="+program, "--build-arg", "BASE=localhost/base", root)
	var image struct {
		OCIv1 struct {
			Config struct {
				User, StopSignal string
				Entrypoint, Cmd  []string
				Volumes          map[string]any
			} `json:"config"`
		}
	}
	if err := json.Unmarshal([]byte(b.do("inspect", "--type", "image", "localhost/frontierwatch")), &image); err != nil {
		t.Fatal(err)
	}
	c := image.OCIv1.Config
	if c.User != "65532:65532" || c.StopSignal != "SIGTERM" || !slices.Equal(c.Entrypoint, []string{"/usr/bin/frontierwatch"}) || !slices.Equal(c.Cmd, []string{"serve"}) || c.Volumes["/data"] == nil {
		t.Errorf("the image is made to run as %+v", c)
	}
	b.do("from", "--name", "made", "localhost/frontierwatch")
	x := boxed{root: strings.TrimSpace(b.do("mount", "made")), volume: filepath.Join(b.dir, "volume")}
	defer b.do("umount", "made")
	x.look(t)
	if err := os.Mkdir(x.volume, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(x.volume, nonroot, nonroot); err != nil {
		t.Fatal(err)
	}
	x.live(t)
}

// builder is buildah with a store of its own.
type builder struct {
	t   *testing.T
	dir string
}

func (b builder) do(args ...string) string {
	b.t.Helper()
	c := exec.Command("buildah", append([]string{"--root", filepath.Join(b.dir, "storage"), "--runroot", filepath.Join(b.dir, "run"), "--storage-driver", "vfs"}, args...)...)
	c.Env = append(os.Environ(), "BUILDAH_ISOLATION=chroot")
	var said, fault strings.Builder
	c.Stdout, c.Stderr = &said, &fault
	if err := c.Run(); err != nil {
		b.t.Fatalf("buildah %q: %v\n%s", args, err, fault.String())
	}
	return said.String()
}

// base is a folder with what distroless/static holds: who there is, and certificates.
func (b builder) base() string {
	for name, text := range map[string]string{
		"Containerfile":                          "FROM scratch\nCOPY . /\nUSER 65532\n",
		"base/etc/passwd":                        "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
		"base/etc/group":                         "root:x:0:\nnonroot:x:65532:\n",
		"base/etc/ssl/certs/ca-certificates.crt": "",
		"base/tmp/here":                          "",
	} {
		path := filepath.Join(b.dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	return b.dir
}

// boxed is an image that is unpacked, to be run with a volume of its own.
type boxed struct{ root, volume string }

// look checks what is in it.
func (b boxed) look(t *testing.T) {
	t.Helper()
	info, err := os.Stat(filepath.Join(b.root, "data"))
	if err != nil {
		t.Fatal(err)
	}
	if of := info.Sys().(*syscall.Stat_t); of.Uid != nonroot || of.Gid != nonroot {
		t.Errorf("/data is of %d:%d", of.Uid, of.Gid)
	}
	for _, name := range []string{"bin/sh", "usr/bin/sh"} {
		if _, err := os.Stat(filepath.Join(b.root, name)); err == nil {
			t.Errorf("there is a shell: %s", name)
		}
	}
	for _, name := range []string{"LICENSE", "NOTICE"} {
		if _, err := os.Stat(filepath.Join(b.root, "usr/share/doc/frontierwatch", name)); err != nil {
			t.Error(err)
		}
	}
}

// command runs the program. The shell and what follows it become it, so that a signal
// reaches it.
func (b boxed) command(args ...string) *exec.Cmd {
	const in = `set -e; root=$1; volume=$2; shift 2
		mount --bind "$root" "$root"; mount --bind "$volume" "$root/data"; mount -t tmpfs -o size=64m tmpfs "$root/tmp"
		mount -o remount,ro,bind "$root"
		exec chroot --userspec=65532:65532 "$root" /usr/bin/frontierwatch "$@"`
	c := exec.Command("unshare", append([]string{"-m", "--propagation", "private", "sh", "-c", in, "sh", b.root, b.volume}, args...)...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "FRONTIERWATCH_STORE=/data/frontier.gpkg", "FRONTIERWATCH_LISTEN=127.0.0.1:0"}
	return c
}

// live makes a key, serves, stores, and is told to stop.
func (b boxed) live(t *testing.T) {
	t.Helper()
	if said, err := b.command("serve", "--listen", "0.0.0.0:0").CombinedOutput(); err == nil || !strings.Contains(string(said), "there are no keys") {
		t.Errorf("without keys it is open: %v %s", err, said)
	}
	key, err := b.command("keys", "create", "--tier", "admin", "--scope", "read,report,curate,admin").Output()
	if err != nil {
		t.Fatalf("%v %s", err, key)
	}
	if said, err := b.command("backup", "/elsewhere.gpkg").CombinedOutput(); err == nil {
		t.Errorf("its root can be written: %s", said)
	}
	if said, err := b.command("backup", "/data/copy.gpkg").CombinedOutput(); err != nil {
		t.Errorf("its volume cannot be written: %v %s", err, said)
	}
	server := b.command("serve")
	out, err := server.StderrPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines, url := bufio.NewScanner(out), ""
	for url == "" && lines.Scan() {
		if m := servingAt.FindStringSubmatch(lines.Text()); m != nil {
			url = strings.TrimSuffix(m[2], "/")
		}
	}
	if url == "" {
		t.Fatalf("it does not serve: %v", server.Wait())
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, text := ask(t, "GET", url+path, "", ""); code != 200 {
			t.Errorf("%s: %d %s", path, code, text)
		}
	}
	if code, text := ask(t, "POST", url+"/collections/reports/items", strings.TrimSpace(string(key)), sent("a", 49, "")); code != 201 {
		t.Errorf("%d %s", code, text)
	}
	if code, _ := ask(t, "GET", url+"/collections/hotspots/items?f=gpkg", strings.TrimSpace(string(key)), ""); code != 200 { // by way of a temporary file
		t.Errorf("a GeoPackage: %d", code)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out)
	if err := server.Wait(); err != nil {
		t.Errorf("told to stop it ends with %v", err)
	}
	files, err := os.ReadDir(b.volume)
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if of := info.Sys().(*syscall.Stat_t); of.Uid != nonroot {
			t.Errorf("%s is of %d", f.Name(), of.Uid)
		}
	}
}
