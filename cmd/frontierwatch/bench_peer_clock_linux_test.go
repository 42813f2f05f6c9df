package main

import (
	"os"
	"os/exec"
	"testing"
)

// The clock of another process goes on while that works; there is none of a process
// that has ended.
func TestSpentBy(t *testing.T) {
	work := exec.Command("sh", "-c", `i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo; read wait`)
	in, err := work.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := work.StdoutPipe()
	if err == nil {
		err = work.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it has worked and waits
		t.Fatal(err)
	}
	one, err := spentBy([]int{work.Process.Pid})
	if err != nil || one <= 0 {
		t.Error(one, err)
	}
	both, err := spentBy([]int{work.Process.Pid, os.Getpid()})
	if err != nil || both <= one {
		t.Error(one, both, err)
	}
	if err := mustBe("sh", []int{work.Process.Pid}); err != nil {
		t.Error(err)
	}
	if err := mustBe("postgres", []int{work.Process.Pid}); err == nil {
		t.Error("a shell passes for a postgres")
	}
	in.Close()
	work.Wait()
	if _, err := spentBy([]int{work.Process.Pid}); err == nil {
		t.Error("the clock of a process that has ended can be read")
	}
}
