package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// configFlag names the file of settings. Settings come from flags, then from the
// environment, then from the file.
type configFlag struct {
	Config string `placeholder:"FILE" help:"Settings, as a JSON object by the names of flags: {\"listen\":\"127.0.0.1:9000\"}. Flags and the environment go before it."`
}

// settings is that file. It is read when it is known which it is.
type settings struct {
	path   string
	values map[string]any
}

// Validate implements kong.Resolver.
func (*settings) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver: what the file says of a flag that neither the
// command line nor the environment sets.
func (s *settings) Resolve(c *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "config" || fromEnvironment(flag) != "" {
		return nil, nil
	}
	for _, f := range c.Model.Flags {
		if f.Name != "config" {
			continue
		}
		path, _ := c.FlagValue(f).(string)
		if err := s.load(path, c.Model); err != nil {
			return nil, err
		}
	}
	return s.values[flag.Name], nil
}

// load reads the file, once.
func (s *settings) load(path string, model *kong.Application) error {
	if path == s.path {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	kong.Visit(model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	values, err := readSettings(text, known)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s.path, s.values = path, values
	return nil
}

// readSettings reads settings. One that no command has is a mistake, and so is one
// that stands twice.
func readSettings(text []byte, known map[string]bool) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("must be a JSON object")
	}
	values := map[string]any{}
	for d.More() {
		t, err := d.Token()
		name, _ := t.(string)
		var value any
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			return nil, errors.New("is not JSON")
		}
		if _, twice := values[name]; twice || !known[name] {
			return nil, fmt.Errorf("%.40q stands twice, or is no setting", name)
		}
		values[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("is not JSON")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has something after its object")
	}
	return values, nil
}

// fromEnvironment is the variable that sets a flag; empty: none does.
func fromEnvironment(flag *kong.Flag) string {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return name
		}
	}
	return ""
}

// printConfig writes every setting of a command and where it comes from. What could
// be secret is masked.
func printConfig(w io.Writer, k *kong.Context) {
	for _, flag := range k.Flags() {
		if flag.Name == "help" || flag.Name == "print-config" || flag.Hidden {
			continue
		}
		fmt.Fprintf(w, "%-20s %-40s %s\n", flag.Name, masked(flag.Name, fmt.Sprint(k.FlagValue(flag))), originOf(k, flag))
	}
	for _, v := range traceVariables(os.Environ()) {
		origin := "environment"
		if v.value == "" {
			origin = "default"
		}
		fmt.Fprintf(w, "%-20s %-40s %s\n", v.name, masked(strings.ToLower(v.name), v.value), origin)
	}
}

// variable is one of the environment.
type variable struct{ name, value string }

// traceVariables are those of OpenTelemetry: the ones that decide whether there are
// traces, whatever they are, and all others that are set.
func traceVariables(environ []string) (all []variable) {
	all = []variable{{"OTEL_EXPORTER_OTLP_ENDPOINT", ""}, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", ""}, {"OTEL_SDK_DISABLED", ""}, {"OTEL_TRACES_EXPORTER", ""}}
	for _, text := range environ {
		name, value, _ := strings.Cut(text, "=")
		if !strings.HasPrefix(name, "OTEL_") || value == "" { // empty counts as not set, by their specification
			continue
		}
		i := slices.IndexFunc(all, func(v variable) bool { return v.name == name })
		if i < 0 {
			all = append(all, variable{name, value})
			continue
		}
		all[i].value = value
	}
	slices.SortFunc(all, func(a, b variable) int { return strings.Compare(a.name, b.name) })
	return all
}

func originOf(k *kong.Context, flag *kong.Flag) string {
	for _, p := range k.Path {
		if p.Flag == flag && p.Resolved {
			return "file"
		}
		if p.Flag == flag {
			return "flag"
		}
	}
	if name := fromEnvironment(flag); name != "" {
		return "environment " + name
	}
	return "default"
}

// masked is a value without passwords: in an address, and in what is named like one.
func masked(name, value string) string {
	if value == "" || value == "[]" {
		return "-"
	}
	if slices.ContainsFunc([]string{"secret", "password", "token", "headers"}, func(word string) bool { return strings.Contains(name, word) }) {
		return "*****"
	}
	if !strings.Contains(value, "://") {
		return value
	}
	u, err := url.Parse(value)
	if err != nil {
		return "*****"
	}
	query := u.Query()
	for _, word := range []string{"password", "sslpassword", "passfile"} {
		if query.Has(word) {
			query.Set(word, "xxxxx")
		}
	}
	if u.RawQuery != "" {
		u.RawQuery = query.Encode()
	}
	return u.Redacted()
}
