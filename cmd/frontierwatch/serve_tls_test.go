package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontierwatch/api"
	"frontierwatch/geo/report"
)

// writePair makes a certificate for 127.0.0.1, of a serial number, in two files.
func writePair(t *testing.T, dir string, serial int64) *x509.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: strings.Repeat("x", int(serial))}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := x509.MarshalPKCS8PrivateKey(private)
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made, _ := x509.ParseCertificate(der)
	return made
}

// A certificate that is renewed is shown to the next caller; one that cannot be used
// is not, and the one before stays. Versions before 1.2 are refused, and callers are
// told to come over TLS again.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	first := writePair(t, dir, 1)
	f := tlsFlag{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	config, err := f.config(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(*report.Report, report.Source) bool { return false }, func(report.Source) bool { return false })
	server := httptest.NewUnstartedServer(api.New(api.Config{Corpus: w.corpus, Access: w.door, Now: w.door.now}))
	server.TLS = config
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	listener := tls.NewListener(server.Listener, config)
	server.Listener = listener
	server.Start()
	defer server.Close()
	ask := func(trusted *x509.Certificate, most uint16) (*http.Response, error) {
		roots := x509.NewCertPool()
		roots.AddCert(trusted)
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MaxVersion: most, MinVersion: tls.VersionTLS10}, DisableKeepAlives: true}
		answer, err := (&http.Client{Transport: transport}).Get("https://" + listener.Addr().String() + "/conformance")
		if err == nil {
			answer.Body.Close()
		}
		return answer, err
	}
	answer, err := ask(first, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security %q", got)
	}
	if _, err := ask(first, tls.VersionTLS12); err != nil {
		t.Errorf("TLS 1.2: %v", err)
	}
	if _, err := ask(first, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	second := writePair(t, dir, 22)
	if _, err := ask(second, 0); err != nil {
		t.Errorf("after a renewal: %v", err)
	}
	if _, err := ask(first, 0); err == nil {
		t.Error("after a renewal the first is still shown")
	}
	if err := os.WriteFile(f.TLSKey, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(second, 0); err != nil {
		t.Errorf("in the middle of a renewal: %v", err)
	}
	if _, err := f.config(slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a key that is none is taken at the start")
	}
	for _, half := range []tlsFlag{{TLSCert: "a"}, {TLSKey: "a"}} {
		if half.check() == nil {
			t.Errorf("%+v is taken", half)
		}
	}
	if config, err := (&tlsFlag{}).config(nil); config != nil || err != nil {
		t.Error("without a certificate there is TLS")
	}
}
