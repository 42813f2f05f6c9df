//go:build unix

// Command cluster serves one database of its own with several nodes on this
// machine, for trying out: cluster PROGRAM [PORT [NODES]]. The database lies in a
// temporary folder; all ends with the command.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"frontierwatch/data/postgis/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	program, port, nodes, err := wanted(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "frontierwatch-cluster-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as somebody else
		return err
	}
	database, err := server.New(ctx, dir)
	if err != nil {
		return err
	}
	if err := database.Start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Remove()) }()
	dsn := database.DSN("postgres")
	fmt.Printf("the database: psql '%s'\nloading the demo\n", dsn)
	load := exec.CommandContext(ctx, program, "demo", "--store", dsn, "--no-serve")
	load.Stdout, load.Stderr = os.Stdout, os.Stderr
	if err := load.Run(); err != nil || ctx.Err() != nil {
		return err
	}
	return serve(ctx, program, dsn, port, nodes)
}

func wanted(args []string) (program string, port, nodes int, err error) {
	if len(args) < 1 || len(args) > 3 {
		return "", 0, 0, errors.New("use: cluster PROGRAM [PORT [NODES]]")
	}
	port, nodes = 8080, 3
	if len(args) > 1 {
		port, err = strconv.Atoi(args[1])
	}
	if err == nil && len(args) > 2 {
		nodes, err = strconv.Atoi(args[2])
	}
	return args[0], port, nodes, err
}

// serve runs the nodes until the context or one of them ends.
func serve(ctx context.Context, program, dsn string, port, nodes int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, nodes)
	for i := range nodes {
		node := exec.CommandContext(ctx, program, "serve", "--store", dsn, "--listen", fmt.Sprintf("127.0.0.1:%d", port+i))
		node.Stdout, node.Stderr = os.Stdout, os.Stderr
		node.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for this command, which tells them
		node.Cancel = func() error { return node.Process.Signal(syscall.SIGTERM) }
		node.WaitDelay = 20 * time.Second
		if err := node.Start(); err != nil {
			return err
		}
		go func() { ended <- node.Wait() }()
	}
	asked := ctx.Err
	var err error
	for i := range nodes {
		one := <-ended
		if i == 0 && asked() == nil {
			err = fmt.Errorf("a node ended by itself: %w", one)
		}
		stop()
	}
	return err
}
