package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// configOf is what serve --print-config writes, its blanks reduced to one.
func configOf(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out strings.Builder
	code := run(context.Background(), append([]string{"serve", "--print-config"}, args...), stdio{strings.NewReader(""), &out, &out}, time.Now)
	lines := strings.Split(out.String(), "\n")
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	return "\n" + strings.Join(lines, "\n"), code
}

// Flags go before the environment, that before the file, that before defaults.
func TestSettingsComeFromWhereTheySay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.json")
	text := `{"listen":"127.0.0.1:1","rate":7,"host":["a.example","b.example"],"burst":11}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FRONTIERWATCH_LISTEN", "127.0.0.1:2")
	t.Setenv("FRONTIERWATCH_RATE", "8")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hush@collector:4318")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hush")
	t.Setenv("OTEL_SDK_DISABLED", "")
	t.Setenv("OTEL_TRACES_SAMPLER", "always_on")
	got, code := configOf(t, "--config", file, "--rate", "9", "--store", "postgres://node:hush@db/frontier?sslpassword=hush")
	for _, want := range []string{
		"\nrate 9 flag\n", "\nlisten 127.0.0.1:2 environment FRONTIERWATCH_LISTEN\n", "\nburst 11 file\n", "\nhost [a.example b.example] file\n",
		"\nconcurrent 256 default\n", "\nmetrics-listen - default\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, want := range []string{
		"\nOTEL_EXPORTER_OTLP_ENDPOINT http://me:xxxxx@collector:4318 environment\n", "\nOTEL_EXPORTER_OTLP_HEADERS ***** environment\n",
		"\nOTEL_SDK_DISABLED - default\n", "\nOTEL_TRACES_SAMPLER always_on environment\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	if code != exitDone || strings.Contains(got, "hush") || !strings.Contains(got, "postgres://node:xxxxx@db/frontier") {
		t.Errorf("%d %s", code, got)
	}
	t.Setenv("FRONTIERWATCH_CONFIG", file)
	if got, _ := configOf(t); !strings.Contains(got, "\nburst 11 file\n") {
		t.Errorf("a file that the environment names: %s", got)
	}
}

func TestWrongSettingsAreRefused(t *testing.T) {
	for _, text := range []string{``, `[]`, `{"listen":1,}`, `{"listne":"x"}`, `{"rate":1,"rate":2}`, `{} {}`, `{"rate":"fast"}`, `{"rate":1`} {
		file := filepath.Join(t.TempDir(), "settings.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, code := configOf(t, "--config", file); code != exitUse {
			t.Errorf("%s: %d %s", text, code, got)
		}
	}
	if _, code := configOf(t, "--config", filepath.Join(t.TempDir(), "none")); code != exitUse {
		t.Error("a file that is not there")
	}
}

func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"rate":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		values, err := readSettings(text, map[string]bool{"rate": true})
		if err == nil && len(values) > 1 {
			t.Errorf("%v", values)
		}
	})
}
