package api

import "testing"

func TestAnswersTo(t *testing.T) {
	closed := &server{hosts: []string{"localhost", "map.example.org"}}
	for host, want := range map[string]bool{
		"localhost": true, "localhost:8080": true, "LOCALHOST:1": true, "127.0.0.1:8080": true, "127.9.9.9": true, "[::1]:8080": true, "[::1]": true,
		"map.example.org": true, "Map.Example.org:443": true,
		"evil.example": false, "evil.example:8080": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
		"10.0.0.1:8080": false, "": false, "[::2]:80": false,
	} {
		if got := closed.answersTo(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
		if !(&server{}).answersTo(host) {
			t.Errorf("%q is kept out where no names are set", host)
		}
	}
}
