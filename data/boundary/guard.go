package boundary

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

	"github.com/paulmach/orb"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
)

var (
	//go:embed ports.geojson
	portsJSON []byte
	//go:embed posts.geojson
	postsJSON []byte
)

// Ports are the ports of entry on the frontier, in the order of measures. Hours
// that are not known are empty; what a port's Source says is where each fact is from.
func Ports(f *frontier.Frontier) ([]guard.Port, error) {
	features, err := readFeatures[portProperties](portsJSON)
	if err != nil {
		return nil, fmt.Errorf("ports.geojson: %w", err)
	}
	ports := make([]guard.Port, len(features))
	for i, x := range features {
		if ports[i], err = x.Properties.port(f, x.ID, x.Geometry.Coordinates); err != nil {
			return nil, fmt.Errorf("ports.geojson: %s: %w", x.ID, err)
		}
	}
	return ports, nil
}

// Posts are the other guarding presences: the stations of the Border Patrol, of
// which those that are farther from the line than the reach guard none of it.
func Posts(f *frontier.Frontier) ([]guard.Post, error) {
	features, err := readFeatures[postProperties](postsJSON)
	if err != nil {
		return nil, fmt.Errorf("posts.geojson: %w", err)
	}
	posts := make([]guard.Post, len(features))
	for i, x := range features {
		if posts[i], err = x.Properties.post(f, x.ID, x.Geometry.Coordinates); err != nil {
			return nil, fmt.Errorf("posts.geojson: %s: %w", x.ID, err)
		}
	}
	return posts, nil
}

// pointFeature is a GeoJSON Feature of a point, with exactly these properties.
type pointFeature[P any] struct {
	Type     string `json:"type"`
	ID       string `json:"id"`
	Geometry struct {
		Type        string    `json:"type"`
		Coordinates orb.Point `json:"coordinates"`
	} `json:"geometry"`
	Properties P `json:"properties"`
}

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// readFeatures reads a FeatureCollection of points and refuses members it does not
// know, ids that are no slugs or come twice, and anything but points.
func readFeatures[P any](data []byte) ([]pointFeature[P], error) {
	var file struct {
		Type     string            `json:"type"`
		Features []pointFeature[P] `json:"features"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the end")
	}
	if file.Type != "FeatureCollection" || len(file.Features) == 0 {
		return nil, errors.New("it is no FeatureCollection, or an empty one")
	}
	seen := map[string]bool{}
	for i, x := range file.Features {
		switch {
		case x.Type != "Feature" || x.Geometry.Type != "Point":
			return nil, fmt.Errorf("feature %d is not a Feature of a Point", i+1)
		case !slug.MatchString(x.ID):
			return nil, fmt.Errorf("feature %d: id %q is not made of a-z, 0-9 and hyphens", i+1, x.ID)
		case seen[x.ID]:
			return nil, fmt.Errorf("two features have the id %q", x.ID)
		}
		seen[x.ID] = true
	}
	return file.Features, nil
}

// portProperties are those that FORMAT.md describes.
type portProperties struct {
	Name          string  `json:"name"`
	NameCA        string  `json:"name_ca"`
	NameUS        string  `json:"name_us"`
	CodeUS        string  `json:"code_us"`
	CodeCA        string  `json:"code_ca"`
	Part          string  `json:"part"`
	KM            float64 `json:"km"`
	HoursCA       string  `json:"hours_ca"`
	HoursCASource string  `json:"hours_ca_source"`
	HoursUS       string  `json:"hours_us"`
	HoursUSSource string  `json:"hours_us_source"`
	ZoneCA        string  `json:"zone_ca"`
	ZoneUS        string  `json:"zone_us"`
	Closed        bool    `json:"closed"`
	Note          string  `json:"note"`
	Source        string  `json:"source"`
}

func (p *portProperties) port(f *frontier.Frontier, id string, at orb.Point) (guard.Port, error) {
	place, err := located(f, at, p.Part, p.KM)
	switch {
	case err != nil:
		return guard.Port{}, err
	case p.Name == "" || p.NameUS == "" || p.Source == "":
		return guard.Port{}, errors.New("name, name_us and source must not be empty")
	case (p.HoursCA == "") != (p.HoursCASource == "") || (p.HoursUS == "") != (p.HoursUSSource == ""):
		return guard.Port{}, errors.New("hours need their source, and a source its hours")
	case p.Closed && p.HoursCA+p.HoursUS != "":
		return guard.Port{}, errors.New("a closed port has no hours")
	}
	return guard.Port{
		ID: id, Name: p.Name, NameCA: p.NameCA, NameUS: p.NameUS, CodeUS: p.CodeUS, CodeCA: p.CodeCA,
		Point: at, Part: place.Part, Measure: place.Measure,
		HoursCA: p.HoursCA, HoursUS: p.HoursUS, ZoneCA: p.ZoneCA, ZoneUS: p.ZoneUS,
		Closed: p.Closed, Note: p.Note, Source: p.sources(),
	}, nil
}

// sources names the source of the place and those of the hours.
func (p *portProperties) sources() string {
	all := []string{p.Source}
	switch {
	case p.HoursCA != "" && p.HoursCASource == p.HoursUSSource:
		return p.Source + "; hours: " + p.HoursCASource
	case p.HoursCA != "":
		all = append(all, "hours in Canada: "+p.HoursCASource)
	}
	if p.HoursUS != "" {
		all = append(all, "hours in the United States: "+p.HoursUSSource)
	}
	return strings.Join(all, "; ")
}

// postProperties are those that FORMAT.md describes.
type postProperties struct {
	Kind         string  `json:"kind"`
	Name         string  `json:"name"`
	Agency       string  `json:"agency"`
	Sector       string  `json:"sector"`
	Headquarters bool    `json:"headquarters"`
	Part         string  `json:"part"`
	KM           float64 `json:"km"`
	Offset       float64 `json:"offset_m"`
	Coordinates  string  `json:"coordinates"`
	Source       string  `json:"source"`
}

func (p *postProperties) post(f *frontier.Frontier, id string, at orb.Point) (guard.Post, error) {
	if _, err := located(f, at, p.Part, p.KM); err != nil {
		return guard.Post{}, err
	}
	if p.Source == "" || p.Coordinates == "" {
		return guard.Post{}, errors.New("source and coordinates must not be empty")
	}
	post, err := guard.Place(f, guard.Post{ID: id, Kind: p.Kind, Name: p.Name, Agency: p.Agency, Point: &at})
	if err != nil {
		return guard.Post{}, err
	}
	if faults := guard.ValidatePost(post); faults != nil {
		return guard.Post{}, faults
	}
	if math.Abs(float64(post.Offset)-p.Offset) > 1 {
		return guard.Post{}, fmt.Errorf("it is %.0f m off the line, not %.0f m", float64(post.Offset), p.Offset)
	}
	return post, nil
}

// located is where a point lies, which must be where the file says.
func located(f *frontier.Frontier, at orb.Point, part string, km float64) (frontier.Place, error) {
	place, err := f.Locate(at, frontier.Meters(math.Inf(1)))
	if err != nil {
		return place, err
	}
	if place.Part.String() != part || math.Abs(place.Measure.KM()-km) > 0.002 {
		return place, fmt.Errorf("it is at %s km %.3f, not %s km %.3f", place.Part, place.Measure.KM(), part, km)
	}
	return place, nil
}
