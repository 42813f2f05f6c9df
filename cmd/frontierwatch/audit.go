package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"frontierwatch/api"
)

// auditFlag says where it is recorded who has read what.
type auditFlag struct {
	Audit     string `placeholder:"FILE" help:"File for a line about every read of what is not public: who, what, when (none). Kept apart from the log and the store."`
	AuditSize int64  `default:"64" help:"Size from which on the file is put aside as FILE.1 and a new one begun, MB (${default})."`
	AuditKeep int    `default:"8" help:"How many files that were put aside are kept (${default})."`
}

// open opens the file; none, if none is named.
func (f *auditFlag) open(now func() time.Time) (*auditFile, error) {
	if f.Audit == "" {
		return nil, nil
	}
	a := &auditFile{path: f.Audit, most: f.AuditSize << 20, keep: max(f.AuditKeep, 1), now: now}
	return a, a.begin()
}

// auditFile is JSON lines in a file. A line is handed to the system before the read is
// answered; it is forced to the disk at least once a second while lines come, when the
// file is put aside and when it is closed. So a crash of the program loses nothing, and a
// power cut the last second. A read that cannot be recorded is not answered.
type auditFile struct {
	path string
	most int64 // bytes
	keep int   // files put aside
	now  func() time.Time

	mu     sync.Mutex
	file   *os.File
	size   int64
	synced time.Time
}

// syncEvery is how old what is not forced to the disk may be.
const syncEvery = time.Second

func (a *auditFile) begin() error {
	file, err := os.OpenFile(a.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("--audit: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("--audit: %w", err), file.Close())
	}
	a.file, a.size = file, info.Size()
	return nil
}

// auditLine is a read as it is written.
type auditLine struct {
	Time string `json:"time"`
	api.Reading
}

// record is what the API tells of reads; nil: nobody records them.
func (a *auditFile) record() func(api.Reading) error {
	if a == nil {
		return nil
	}
	return a.write
}

func (a *auditFile) write(r api.Reading) error {
	now := a.now().UTC()
	line, err := json.Marshal(auditLine{now.Format(time.RFC3339Nano), r})
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.size > 0 && a.size+int64(len(line)) > a.most {
		if err := a.rotate(); err != nil {
			return err
		}
	}
	n, err := a.file.Write(append(line, '\n'))
	a.size += int64(n)
	if err == nil && now.Sub(a.synced) >= syncEvery {
		a.synced, err = now, a.file.Sync()
	}
	return err
}

// rotate puts the file aside: FILE becomes FILE.1, that FILE.2, and the last is gone.
func (a *auditFile) rotate() error {
	if err := errors.Join(a.file.Sync(), a.file.Close()); err != nil {
		return errors.Join(err, a.begin())
	}
	for i := a.keep - 1; i >= 0; i-- {
		if err := os.Rename(a.aside(i), a.aside(i+1)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(err, a.begin())
		}
	}
	return a.begin()
}

// aside is the name of the file that was put aside so many files ago.
func (a *auditFile) aside(n int) string {
	if n == 0 {
		return a.path
	}
	return fmt.Sprintf("%s.%d", a.path, n)
}

// Close forces what is there to the disk.
func (a *auditFile) Close() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.file.Sync(), a.file.Close())
}
