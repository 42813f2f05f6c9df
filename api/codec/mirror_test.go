package codec

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/guard"
	"frontierwatch/geo/hotspot"
	"frontierwatch/geo/report"
)

// The mirrors are the same features as structs for encoding/json: the slow obvious
// way to write them. They repeat every name, so that a name in a table cannot
// change by mistake.

type mirror[P any] struct {
	Type       string            `json:"type"`
	ID         string            `json:"id"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties P                 `json:"properties"`
	Links      []Link            `json:"links,omitempty"`
}

type mirrorReport struct {
	FID         int64    `json:"fid"`
	Start       *instead `json:"observed_start"`
	End         *instead `json:"observed_end"`
	Best        int64    `json:"count_best"`
	Min         int64    `json:"count_min"`
	Max         int64    `json:"count_max"`
	Unit        *string  `json:"unit"`
	Direction   *string  `json:"direction"`
	Relation    *string  `json:"relation"`
	Published   *instead `json:"published"`
	Source      *string  `json:"source"`
	SourceRef   *string  `json:"source_ref"`
	Status      *string  `json:"status"`
	Uncertainty *float64 `json:"uncertainty_m"`
	Overlaps    []string `json:"overlaps"`
	TLP         *string  `json:"tlp"`
	Releasable  []string `json:"releasable_to"`
	Part        string   `json:"part"`
	KMFrom      *float64 `json:"km_from"`
	KMTo        *float64 `json:"km_to"`
	KM          *float64 `json:"km"`
	Offset      *float64 `json:"offset_m"`
	Side        *string  `json:"side"`
	Segment     *string  `json:"segment"`
	Seq         uint64   `json:"seq"`
	Recorded    *instead `json:"recorded"`
	Revision    int      `json:"revision"`
	Replaces    *uint64  `json:"replaces"`
	Deleted     bool     `json:"deleted"`
}

type mirrorSegment struct {
	FID            int64    `json:"fid"`
	Part           string   `json:"part"`
	KMFrom         *float64 `json:"km_from"`
	KMTo           *float64 `json:"km_to"`
	Length         *float64 `json:"length_km"`
	Name           *string  `json:"name"`
	AdminCA        *string  `json:"admin_ca"`
	AdminUS        *string  `json:"admin_us"`
	Guarded        *bool    `json:"guarded"`
	UnguardedShare *float64 `json:"unguarded_share"`
	NearestPort    *string  `json:"nearest_port"`
	NearestPortKM  *float64 `json:"nearest_port_km"`
	Unit           *string  `json:"unit"`
	Observed       *float64 `json:"observed"`
	Expected       *float64 `json:"expected"`
	Completeness   *float64 `json:"completeness"`
	Level          *string  `json:"level"`
}

type mirrorPort struct {
	FID      int64    `json:"fid"`
	Name     *string  `json:"name"`
	NameCA   *string  `json:"name_ca"`
	NameUS   *string  `json:"name_us"`
	CodeUS   *string  `json:"code_us"`
	CodeCA   *string  `json:"code_ca"`
	Part     string   `json:"part"`
	KM       *float64 `json:"km"`
	HoursCA  *string  `json:"hours_ca"`
	HoursUS  *string  `json:"hours_us"`
	ZoneCA   *string  `json:"zone_ca"`
	ZoneUS   *string  `json:"zone_us"`
	OpenCA   *bool    `json:"open_ca"`
	OpenUS   *bool    `json:"open_us"`
	Mismatch *bool    `json:"mismatch"`
	Closed   bool     `json:"closed"`
	Note     *string  `json:"note"`
	Source   *string  `json:"source"`
}

type mirrorPost struct {
	FID        int64    `json:"fid"`
	Kind       *string  `json:"kind"`
	Name       *string  `json:"name"`
	Agency     *string  `json:"agency"`
	Part       string   `json:"part"`
	KMFrom     *float64 `json:"km_from"`
	KMTo       *float64 `json:"km_to"`
	Offset     *float64 `json:"offset_m"`
	ActiveFrom *instead `json:"active_from"`
	ActiveTo   *instead `json:"active_to"`
}

type mirrorSource struct {
	FID        int64    `json:"fid"`
	Agency     *string  `json:"agency"`
	Country    *string  `json:"country"`
	Cadence    *string  `json:"cadence"`
	Unit       *string  `json:"unit"`
	Caveat     *string  `json:"caveat"`
	TLP        *string  `json:"tlp"`
	Gaps       *string  `json:"gaps"`
	LastReport *instead `json:"last_report"`
	Silent     bool     `json:"silent"`
}

type mirrorSpot struct {
	FID              int64    `json:"fid"`
	Unit             *string  `json:"unit"`
	Part             string   `json:"part"`
	KMFrom           *float64 `json:"km_from"`
	KMTo             *float64 `json:"km_to"`
	Segments         []string `json:"segments"`
	Name             *string  `json:"name"`
	FirstSeen        *string  `json:"first_seen"`
	Day              *string  `json:"day"`
	WindowDays       int      `json:"window_days"`
	Observed         *float64 `json:"observed"`
	Expected         *float64 `json:"expected"`
	Ratio            *float64 `json:"ratio"`
	RatioLow         *float64 `json:"ratio_low"`
	RatioHigh        *float64 `json:"ratio_high"`
	Score            *float64 `json:"score"`
	FalseAlarmsMonth *float64 `json:"false_alarms_month"`
	RecurrenceDays   *float64 `json:"recurrence_days"`
	Q                *float64 `json:"q"`
	Common           *float64 `json:"common"`
	Completeness     *float64 `json:"completeness"`
	Agencies         []string `json:"agencies"`
	Direction        *string  `json:"direction"`
	Label            *string  `json:"label"`
	Level            *string  `json:"level"`
	Silent           []string `json:"silent"`
	DisplacedFrom    []string `json:"displaced_from"`
	DisplacedSince   *string  `json:"displaced_since"`
	Sentence         *string  `json:"sentence"`
}

type mirrorHotspot struct {
	mirrorSpot
	TLP        *string  `json:"tlp"`
	Releasable []string `json:"releasable_to"`
}

type mirrorFlag struct {
	mirrorSpot
	UnguardedShare *float64 `json:"unguarded_share"`
	UnknownShare   *float64 `json:"unknown_share"`
	State          *string  `json:"state"`
	TLP            *string  `json:"tlp"`
	Releasable     []string `json:"releasable_to"`
}

func mirroredReport(f *frontier.Frontier, v *report.Version, links []Link) mirror[mirrorReport] {
	m := mirror[mirrorReport]{"Feature", v.ID, nil, mirrorReport{
		FID: v.FID, Start: moment(v.Start), End: moment(v.End), Best: v.Count.Best, Min: v.Count.Min, Max: v.Count.Max,
		Unit: said(v.Unit), Direction: said(v.Direction), Relation: said(v.Relation), Published: moment(v.Published),
		Source: said(v.Source), SourceRef: said(v.SourceRef), Status: said(v.Status), Overlaps: orNull(v.Overlaps), TLP: said(v.TLP),
		Releasable: orNull(v.Releasable.Names()), Part: v.Place.Part.String(), KM: rounded(float64(v.Place.Measure)/1000, 3),
		Seq: uint64(v.Seq), Recorded: moment(v.Recorded), Revision: v.Revision, Deleted: v.Deleted,
	}, links}
	p := &m.Properties
	if v.Uncertainty != nil {
		p.Uncertainty = rounded(float64(*v.Uncertainty), 2)
	}
	if v.Place.Segment >= 0 && v.Place.Segment < len(f.Segments()) {
		p.Segment = said(f.Segments()[v.Place.Segment].ID)
	}
	if v.Replaces != 0 {
		replaces := uint64(v.Replaces)
		p.Replaces = &replaces
	}
	switch {
	case v.Point != nil:
		m.Geometry = drawnPoint(*v.Point)
		p.Side, p.Offset = said(v.Place.Side.String()), rounded(float64(v.Place.Offset), 1)
	case v.Stretch != nil:
		m.Geometry = drawn(f, *v.Stretch)
		p.KMFrom, p.KMTo = rounded(float64(v.Stretch.From)/1000, 5), rounded(float64(v.Stretch.To)/1000, 5)
	}
	return m
}

func mirroredSegment(f *frontier.Frontier, s *hotspot.SegmentState, links []Link) mirror[mirrorSegment] {
	m := mirror[mirrorSegment]{"Feature", s.ID, drawn(f, s.Stretch), mirrorSegment{
		FID: int64(s.Index) + 1, Part: s.Stretch.Part.String(), KMFrom: rounded(float64(s.Stretch.From)/1000, 3), KMTo: rounded(float64(s.Stretch.To)/1000, 3),
		Length: rounded(float64(s.Stretch.To-s.Stretch.From)/1000, 3), Name: said(s.Name), AdminCA: said(s.AdminCA), AdminUS: said(s.AdminUS),
		Guarded: s.Guarded, UnguardedShare: rounded(s.UnguardedShare, 4), NearestPort: said(s.NearestPort), Unit: said(s.Unit), Level: ranked(s.Level),
	}, links}
	if s.NearestPort != "" {
		m.Properties.NearestPortKM = rounded(s.NearestPortKM, 3)
	}
	if s.Unit != "" {
		m.Properties.Observed, m.Properties.Expected, m.Properties.Completeness = rounded(s.Observed, 6), rounded(s.Expected, 6), rounded(s.Completeness, 4)
	}
	return m
}

func mirroredPort(_ *frontier.Frontier, s *guard.PortState, links []Link) mirror[mirrorPort] {
	return mirror[mirrorPort]{"Feature", s.ID, drawnPoint(s.Point), mirrorPort{
		FID: s.FID, Name: said(s.Name), NameCA: said(s.NameCA), NameUS: said(s.NameUS), CodeUS: said(s.CodeUS), CodeCA: said(s.CodeCA),
		Part: s.Part.String(), KM: rounded(float64(s.Measure)/1000, 3), HoursCA: said(s.HoursCA), HoursUS: said(s.HoursUS),
		ZoneCA: said(s.ZoneCA), ZoneUS: said(s.ZoneUS), OpenCA: known(s.OpenCA), OpenUS: known(s.OpenUS), Mismatch: known(s.Mismatch),
		Closed: s.Closed, Note: said(s.Note), Source: said(s.Source),
	}, links}
}

func mirroredPost(f *frontier.Frontier, s *guard.PostState, links []Link) mirror[mirrorPost] {
	m := mirror[mirrorPost]{"Feature", s.ID, drawn(f, s.Stretch), mirrorPost{
		FID: s.FID, Kind: said(s.Kind), Name: said(s.Name), Agency: said(s.Agency), Part: s.Stretch.Part.String(),
		KMFrom: rounded(float64(s.Stretch.From)/1000, 5), KMTo: rounded(float64(s.Stretch.To)/1000, 5),
		ActiveFrom: moment(s.ActiveFrom), ActiveTo: moment(s.ActiveTo),
	}, links}
	if s.Point != nil {
		m.Geometry, m.Properties.Offset = drawnPoint(*s.Point), rounded(float64(s.Offset), 1)
	}
	return m
}

func mirroredSource(_ *frontier.Frontier, s *report.SourceState, links []Link) mirror[mirrorSource] {
	return mirror[mirrorSource]{"Feature", s.ID, nil, mirrorSource{
		FID: s.FID, Agency: said(s.Agency), Country: said(s.Country), Cadence: said(report.FormatCadence(s.Cadence)), Unit: said(s.Unit), Caveat: said(s.Caveat), TLP: said(s.TLP),
		Gaps: said(s.Gaps), LastReport: moment(s.LastReport), Silent: s.Silent,
	}, links}
}

func mirroredHotspot(f *frontier.Frontier, h *hotspot.Hotspot, links []Link) mirror[mirrorHotspot] {
	m := mirror[mirrorHotspot]{"Feature", h.ID, drawn(f, h.Stretch), mirrorHotspot{mirrorSpot{
		FID: NumericID(h.ID), Unit: said(h.Unit), Part: h.Stretch.Part.String(),
		KMFrom: rounded(float64(h.Stretch.From)/1000, 3), KMTo: rounded(float64(h.Stretch.To)/1000, 3),
		Name:      said(f.Segments()[f.SegmentAt(h.Stretch.Part, (h.Stretch.From+h.Stretch.To)/2)].Name),
		FirstSeen: date(h.FirstSeen), Day: date(h.Day), WindowDays: h.WindowDays, Observed: rounded(h.Observed, 6), Expected: rounded(h.Expected, 6),
		Ratio: rounded(h.Ratio, 3), RatioLow: rounded(h.RatioLow, 3), RatioHigh: rounded(h.RatioHigh, 3), Score: rounded(h.Score, 4),
		FalseAlarmsMonth: figures(h.FalseAlarmsMonth), RecurrenceDays: figures(h.RecurrenceDays), Q: figures(h.Q), Common: rounded(h.Common, 4),
		Completeness: rounded(h.Completeness, 4), Agencies: orNull(h.Agencies), Direction: said(h.Direction), Label: said(h.Label), Level: ranked(h.Level), Sentence: said(h.Sentence),
	}, said(h.Marking.TLP), orNull(h.Marking.Releasable.Names())}, links}
	if h.Silent != nil {
		m.Properties.Silent = orNull(h.Silent.Who)
	}
	if d := h.Displaced; d != nil {
		m.Properties.DisplacedSince = date(d.Since)
		for i := d.First; i <= d.Last; i++ {
			m.Properties.DisplacedFrom = append(m.Properties.DisplacedFrom, f.Segments()[i].ID)
		}
	}
	for i := h.First; i <= h.Last; i++ {
		m.Properties.Segments = append(m.Properties.Segments, f.Segments()[i].ID)
	}
	return m
}

func mirroredFlag(f *frontier.Frontier, s *hotspot.Flag, links []Link) mirror[mirrorFlag] {
	h := mirroredHotspot(f, &s.Hotspot, links)
	return mirror[mirrorFlag]{h.Type, h.ID, h.Geometry, mirrorFlag{
		h.Properties.mirrorSpot, rounded(s.UnguardedShare, 4), rounded(s.UnknownShare, 4), said(s.State), said(s.TLP), orNull(s.Releasable.Names()),
	}, links}
}

// The values, null where there is nothing to say.

func said[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	text := string(s)
	return &text
}

func ranked(l hotspot.Level) *string {
	return map[hotspot.Level]*string{hotspot.Low: said("low"), hotspot.Medium: said("medium"), hotspot.High: said("high"), hotspot.Critical: said("critical")}[l]
}

func known(t guard.Tri) *bool {
	return map[guard.Tri]*bool{guard.Yes: new(true), guard.No: new(false)}[t]
}

func orNull(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// instead is a time that encoding/json writes in UTC.
type instead time.Time

func (t *instead) MarshalJSON() ([]byte, error) { return time.Time(*t).UTC().MarshalJSON() }

func moment(t time.Time) *instead {
	if t.IsZero() || t.UTC().Year() > 9999 {
		return nil
	}
	return (*instead)(&t)
}

func date(t time.Time) *string {
	if t.IsZero() || t.UTC().Year() > 9999 {
		return nil
	}
	return said(t.UTC().Format("2006-01-02"))
}

func rounded(v float64, decimals int) *float64 {
	scale := math.Pow10(decimals)
	switch n := math.Round(v * scale); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return nil
	case math.Abs(n) < 1e15:
		v = n/scale + 0 // never −0
	}
	return &v
}

func figures(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	if r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 3, 64), 64); err == nil {
		v = r + 0
	}
	return &v
}

func drawnPoint(p orb.Point) *geojson.Geometry {
	lon, lat := rounded(p[0], 7), rounded(p[1], 7)
	if lon == nil || lat == nil {
		return nil
	}
	return geojson.NewGeometry(orb.Point{*lon, *lat})
}

func drawn(f *frontier.Frontier, s frontier.Stretch) *geojson.Geometry {
	var line orb.LineString
	slice := f.Slice(s)
	for i, p := range slice {
		p = orb.Point{*rounded(p[0], 7), *rounded(p[1], 7)}
		before := orb.Point{}
		if i > 0 {
			before = orb.Point{*rounded(slice[i-1][0], 7), *rounded(slice[i-1][1], 7)}
		}
		if i == 0 || i == len(slice)-1 || p != before {
			line = append(line, p)
		}
	}
	if line == nil {
		return drawnPoint(f.At(s.Part, s.From))
	}
	return geojson.NewGeometry(line)
}

// marshalled is what encoding/json makes of v, without HTML escaping.
func marshalled(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
