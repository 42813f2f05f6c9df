package api

import (
	"strconv"
	"strings"
)

// preference is one element of an Accept or Accept-Encoding header (RFC 9110,
// sections 12.5.1 and 12.5.3): a range in lower case, and its weight in
// thousandths.
type preference struct {
	what   string
	weight int
}

// preferences reads such a header. An element that is not well formed is passed
// over; parameters other than q are dropped.
func preferences(header string) []preference {
	var all []preference
	for element := range strings.SplitSeq(header, ",") {
		what, parameters, _ := strings.Cut(element, ";")
		p := preference{what: strings.ToLower(strings.TrimSpace(what)), weight: 1000}
		for parameter := range strings.SplitSeq(parameters, ";") {
			name, value, _ := strings.Cut(parameter, "=")
			if strings.EqualFold(strings.TrimSpace(name), "q") {
				p.weight = weight(strings.TrimSpace(value))
			}
		}
		if p.what != "" && p.weight >= 0 {
			all = append(all, p)
		}
	}
	return all
}

// weight reads 0.25 as 250; −1 is no weight.
func weight(text string) int {
	integer, decimals, _ := strings.Cut(text, ".")
	if len(decimals) > 3 || integer != "0" && integer != "1" {
		return -1
	}
	n, err := strconv.ParseUint(integer+decimals+"000"[len(decimals):], 10, 16)
	if err != nil || n > 1000 {
		return -1
	}
	return int(n)
}

// weightOf is the weight of a media type among preferences: that of the most
// precise range that holds it, 0 if none does.
func weightOf(media string, all []preference) int {
	kind, _, _ := strings.Cut(media, "/")
	best, found := 0, 0
	for _, p := range all {
		precision := 0
		switch p.what {
		case media:
			precision = 3
		case kind + "/*":
			precision = 2
		case "*/*", "*":
			precision = 1
		}
		if precision > best || precision == best && precision > 0 && p.weight > found {
			best, found = precision, p.weight
		}
	}
	return found
}

// negotiate picks one of what is offered, which is listed with the server's own
// favourite first. No header, or one that holds nothing, accepts everything. It
// is 0 where nothing is acceptable.
func negotiate(header string, offered []format) (best format) {
	wanted := preferences(header)
	if len(wanted) == 0 {
		return offered[0]
	}
	heaviest := 0
	for _, f := range offered {
		w := weightOf(f.kind().media, wanted)
		for _, alias := range f.kind().aliases {
			w = max(w, weightOf(alias, wanted))
		}
		if w > heaviest {
			best, heaviest = f, w
		}
	}
	return best
}

// takesGzip says whether a client that sent this Accept-Encoding wants gzip.
// Without the header it might, but nothing is gained by guessing.
func takesGzip(header string) bool {
	plain := -1
	for _, p := range preferences(header) {
		switch p.what {
		case "gzip", "x-gzip":
			return p.weight > 0
		case "*":
			plain = p.weight
		}
	}
	return plain > 0
}
