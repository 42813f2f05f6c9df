//go:build unix

// Package server runs a PostgreSQL of its own in a folder, for tests and for
// trying out: reached over a socket in that folder only, so that it needs no port
// and no password, and ended with the process that it was started with.
package server

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// User is the superuser of every such server.
const User = "frontierwatch"

// Server is a PostgreSQL in a folder.
type Server struct {
	Dir string // of the data and the socket

	bin     string
	account *syscall.Credential // whom it runs as; nil: who we are
	alive   *os.File            // closed, it ends the server
	exited  chan struct{}       // closed when the server has ended; nil: never started
}

// Find is the folder of the newest PostgreSQL server of this machine, 15 or
// later with PostGIS, or an error that says what to install.
func Find() (bin string, err error) {
	best := 14
	places, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	more, _ := filepath.Glob("/usr/local/lib/postgresql/*/bin/postgres")
	for _, p := range append(places, more...) {
		number, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p))))
		if err == nil && number > best {
			best, bin = number, filepath.Dir(p)
		}
	}
	if bin == "" {
		path, err := exec.LookPath("postgres")
		if err != nil {
			return "", errors.New("no PostgreSQL server 15 or later is installed (Debian: postgresql, postgresql-postgis)")
		}
		bin = filepath.Dir(path)
	}
	share, err := exec.Command(filepath.Join(bin, "pg_config"), "--sharedir").Output()
	if err == nil {
		if _, err := os.Stat(filepath.Join(strings.TrimSpace(string(share)), "extension", "postgis.control")); err != nil {
			return "", errors.New("PostGIS is not installed for the PostgreSQL in " + bin + " (Debian: postgresql-postgis)")
		}
	}
	return bin, nil
}

// New makes a new server in a folder of its own under parent and does not start
// it. PostgreSQL refuses to run as root: then it runs as postgres or nobody, and
// others must be able to enter parent.
func New(ctx context.Context, parent string) (*Server, error) {
	s, err := folder(parent)
	if err != nil {
		return nil, err
	}
	return s, s.run(ctx, "initdb", "-D", s.data(), "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
}

// folder is a server without data.
func folder(parent string) (*Server, error) {
	bin, err := Find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir, bin: bin}
	if os.Getuid() == 0 {
		if s.account, err = unprivileged(); err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(s.account.Uid), int(s.account.Gid)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }

// command is a program of PostgreSQL, run as the server's user.
func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	c.Dir = s.Dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.account, Setpgid: true} // Ctrl-C is for who started it
	return c
}

func (s *Server) run(ctx context.Context, name string, args ...string) error {
	out, err := s.command(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// Start starts it with settings (name=value) and returns when it answers.
func (s *Server) Start(ctx context.Context, settings ...string) error {
	args := []string{"-D", s.data(), "-k", s.Dir, "-c", "listen_addresses=", "-c", "fsync=on", "-c", "max_connections=200"}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	said, err := os.OpenFile(s.Log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer said.Close()
	for began := time.Now(); ; { // what a server that was killed left behind may take a moment to go
		if err := s.launch(said, args); err != nil {
			return err
		}
		if s.answers(ctx) {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), s.Kill())
		}
		if time.Since(began) > patience {
			text, _ := os.ReadFile(s.Log())
			return fmt.Errorf("the server does not start: %s", text)
		}
	}
}

// patience is how long a server may take to start or to stop, on a slow machine too.
const patience = 2 * time.Minute

// watched runs a program and ends it in order when the pipe at 3 is closed, which
// happens also when whoever holds the other end is killed.
const watched = `"$@" & pid=$!; (read nothing; kill -INT $pid) <&3 2>/dev/null & wait $pid`

func (s *Server) launch(said *os.File, args []string) error {
	ours, theirs, err := pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	s.alive, s.exited = ours, make(chan struct{})
	c := s.command(context.Background(), "postgres", args...)
	c.Path, c.Args = "/bin/sh", append([]string{"sh", "-c", watched, "sh", c.Path}, args...)
	c.Stdout, c.Stderr, c.ExtraFiles = said, said, []*os.File{theirs}
	if err := c.Start(); err != nil {
		return errors.Join(err, ours.Close())
	}
	go func(exited chan struct{}) {
		c.Wait()
		ours.Close()
		close(exited)
	}(s.exited)
	return nil
}

func pipe() (ours, theirs *os.File, err error) {
	theirs, ours, err = os.Pipe()
	return ours, theirs, err
}

// answers waits until the server answers, or has ended.
func (s *Server) answers(ctx context.Context) bool {
	for {
		if s.command(ctx, "pg_isready", "-q", "-h", s.Dir).Run() == nil {
			return true
		}
		select {
		case <-s.exited:
			return false
		case <-ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Log is the file that the server writes what it has to say into.
func (s *Server) Log() string { return filepath.Join(s.Dir, "log") }

// DSN names a database of the server.
func (s *Server) DSN(database string) string { return DSN(database, s) }

// DSN names a database of whichever of several servers may be written.
func DSN(database string, servers ...*Server) string {
	q := url.Values{"sslmode": {"disable"}}
	hosts, ports := make([]string, len(servers)), make([]string, len(servers))
	for i, s := range servers {
		hosts[i], ports[i] = s.Dir, "5432"
	}
	q.Set("host", strings.Join(hosts, ","))
	q.Set("port", strings.Join(ports, ","))
	if len(servers) > 1 {
		q.Set("target_session_attrs", "read-write")
	}
	return "postgres://" + User + "@/" + database + "?" + q.Encode()
}

// Socket is the address under which the server listens.
func (s *Server) Socket() string { return filepath.Join(s.Dir, ".s.PGSQL.5432") }

// Stop lets the server end in order; callers are cut off.
func (s *Server) Stop() error {
	if s.exited == nil {
		return nil
	}
	s.alive.Close()
	select {
	case <-s.exited:
		return nil
	case <-time.After(patience):
		return errors.Join(errors.New("the server does not stop; it was killed"), s.Kill())
	}
}

// Kill ends the server and all of its processes at once, as a power cut would.
func (s *Server) Kill() error {
	pid, err := s.pid()
	if err != nil {
		return err
	}
	children := s.Children()
	err = syscall.Kill(pid, syscall.SIGKILL)
	for _, pid := range children {
		syscall.Kill(pid, syscall.SIGKILL) // one that has ended meanwhile is no fault
	}
	<-s.exited
	return err
}

// pid is that of the first process of the server.
func (s *Server) pid() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

// Children are the processes of the server, but for the first.
func (s *Server) Children() (pids []int) {
	parent, err := s.pid()
	if err != nil {
		return nil
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, ok := strings.Cut(string(text), ") ")
		f := strings.Fields(rest)
		if !ok || len(f) < 2 || f[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Standby makes a copy of the running server that follows it under a name, and
// does not start it.
func (s *Server) Standby(ctx context.Context, name string) (*Server, error) {
	copied, err := folder(filepath.Dir(s.Dir))
	if err != nil {
		return nil, err
	}
	return copied, copied.run(ctx, "pg_basebackup", "-D", copied.data(), "-R", "-X", "stream", "--checkpoint=fast", "--no-sync",
		"-d", fmt.Sprintf("host=%s user=%s application_name=%s", s.Dir, User, name))
}

// Promote makes a standby the server that is written.
func (s *Server) Promote(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "promote", "-D", s.data(), "-w")
}

// Remove ends the server and removes its folder.
func (s *Server) Remove() error { return errors.Join(s.Stop(), os.RemoveAll(s.Dir)) }
