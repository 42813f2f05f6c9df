package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// tlsFlag says by which certificate the server is known.
type tlsFlag struct {
	TLSCert string `name:"tls-cert" placeholder:"FILE" help:"Certificate chain, PEM; with it the server speaks TLS 1.2 and later only."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" help:"Private key of the certificate, PEM."`
}

func (f *tlsFlag) check() error {
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return wrongUse{errors.New("--tls-cert and --tls-key go together")}
	}
	return nil
}

// config is how TLS is spoken; nil: it is not.
func (f *tlsFlag) config(logger *slog.Logger) (*tls.Config, error) {
	if f.TLSCert == "" {
		return nil, nil
	}
	c := &certificate{files: [2]string{f.TLSCert, f.TLSKey}, logger: logger}
	if err := c.read(); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(), nil },
	}, nil
}

// certificate is that of two files as they are now: whoever renews it need not tell
// the server.
type certificate struct {
	files  [2]string
	logger *slog.Logger

	mu   sync.Mutex
	pair *tls.Certificate
	seen [2]stamp
}

// stamp tells two contents of a file apart.
type stamp struct {
	at   time.Time
	size int64
}

func (c *certificate) stamps() (all [2]stamp) {
	for i, file := range c.files {
		if info, err := os.Stat(file); err == nil {
			all[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return all
}

// read reads both files. The stamps are taken before, so that a change meanwhile is
// seen the next time.
func (c *certificate) read() error {
	c.seen = c.stamps()
	pair, err := tls.LoadX509KeyPair(c.files[0], c.files[1])
	if err == nil {
		c.pair = &pair
	}
	return err
}

// current is the certificate; while the files do not go together, in the middle of a
// renewal, the one before.
func (c *certificate) current() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stamps() != c.seen {
		if err := c.read(); err != nil {
			c.logger.Warn("the certificate has changed and cannot be used; the one before stays", "error", err)
		} else {
			c.logger.Info("the certificate has changed")
		}
	}
	return c.pair
}
