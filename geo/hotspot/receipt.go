package hotspot

import (
	"errors"
	"slices"
	"time"

	"frontierwatch/geo/frontier"
	"frontierwatch/geo/log"
	"frontierwatch/geo/series"
	"frontierwatch/geo/trend"
)

// Method and Version name what a receipt was made by. The version changes when the
// same counts would give something else.
const (
	Method  = "lsnb"
	Version = "2"
)

// ErrNotFound says that no such hot spot was found on the day that was asked about.
var ErrNotFound = errors.New("no such hot spot was found on that day with what was known")

// Receipt is everything that a hot spot was reckoned from, and what came of it, so
// that anybody can reckon again. Its score follows from Segments and Parameters
// alone; that these are what the log held, a store tells.
type Receipt struct {
	Format     int        `json:"receipt"` // of this record: 1
	Method     string     `json:"method"`
	Version    string     `json:"version"`
	ID         string     `json:"id"`
	Unit       string     `json:"unit"`
	Day        string     `json:"day"`         // UTC, the last of the window
	WindowDays int        `json:"window_days"` //
	Part       string     `json:"part"`
	KMFrom     float64    `json:"km_from"`
	KMTo       float64    `json:"km_to"`
	Log        Position   `json:"log"`
	Frontier   string     `json:"frontier"` // edition: what the line and its segments hash to
	Parameters Parameters `json:"parameters"`
	Segments   []Evidence `json:"segments"` // of the window, in the order of measures
	Result     Finding    `json:"result"`
	SHA256     string     `json:"sha256"` // see Seal
}

// Position is what of the log was read.
type Position struct {
	Seq   uint64 `json:"seq"`   // entries up to and including it
	Known string `json:"known"` // and known at or before this time; empty: whenever they were
}

// Evidence is one segment of a window. Days are those of the window in turn; it
// begins later where the first report of the unit does.
type Evidence struct {
	Segment        string     `json:"segment"`
	BaselinePeople float64    `json:"baseline_people"` // b, winsorised
	BaselineDays   float64    `json:"baseline_days"`   // N, season and completeness allowed for
	Lambda         float64    `json:"lambda"`          // people a day
	Phi            float64    `json:"phi"`             // variance over mean
	Common         float64    `json:"common"`          // q, what the whole area has in common
	Observed       float64    `json:"observed"`        // C
	Expected       float64    `json:"expected"`        // E, the common factor applied
	Counts         []*float64 `json:"counts"`          // people by day, those reports that overlap once; null: nobody reported
	Completeness   []float64  `json:"completeness"`    // x by day
	Season         []float64  `json:"season"`          // f by day
}

// Finding is what was found.
type Finding struct {
	BaselineFrom   string   `json:"baseline_from"` // first day
	BaselineTo     string   `json:"baseline_to"`   // last day
	FirstSeen      string   `json:"first_seen"`
	Observed       float64  `json:"observed"`
	Expected       float64  `json:"expected"`
	Ratio          float64  `json:"ratio"`
	RatioLow       float64  `json:"ratio_low"`
	RatioHigh      float64  `json:"ratio_high"`
	Score          float64  `json:"score"`
	Q              float64  `json:"q"`
	Common         float64  `json:"common"`
	Completeness   float64  `json:"completeness"`
	Label          string   `json:"label"`
	Level          string   `json:"level"`
	Direction      string   `json:"direction"`
	Agencies       []string `json:"agencies"`
	TLP            string   `json:"tlp"`
	Releasable     []string `json:"releasable_to"`
	UnguardedShare float64  `json:"unguarded_share"` // of stretch × hours of the window
	UnknownShare   float64  `json:"unknown_share"`
	Flagged        bool     `json:"flagged"`
	Silent         []string `json:"silent,omitempty"`          // agencies that normally report there and have stopped
	DisplacedFrom  string   `json:"displaced_from,omitempty"`  // segments
	DisplacedSince string   `json:"displaced_since,omitempty"` // the day from which on they were guarded more
}

// Explain makes the receipt of a hot spot that Run finds on a day; share is as for
// Flags. What the input was made from is for the caller to say: Log, Frontier and the
// reach of what guards; then it can be sealed. The error is ErrNotFound.
func Explain(in *Input, day time.Time, id string, share Share, s Setting) (Receipt, error) {
	r := NewRunner(in, day, day, s)
	found := r.Step().Hotspots
	i := slices.IndexFunc(found, func(h Hotspot) bool { return h.ID == id })
	if i < 0 {
		return Receipt{}, ErrNotFound
	}
	h := &found[i]
	receipt := Receipt{
		Format: 1, Method: Method, Version: Version, ID: h.ID, Unit: string(h.Unit), Day: dateText(h.Day), WindowDays: h.WindowDays,
		Part: h.Stretch.Part.String(), KMFrom: h.Stretch.From.KM(), KMTo: h.Stretch.To.KM(),
		Parameters: s.parameters(), Segments: r.evidence(h),
		Result: findingOf(h, in.segments),
	}
	fit := r.past.fits[weekOf(r.next-1)]
	receipt.Result.BaselineFrom = dateText((in.start + series.Day(fit.k0*week)).Time())
	receipt.Result.BaselineTo = dateText((in.start + series.Day(fit.k1*week-1)).Time())
	end := h.Day.AddDate(0, 0, 1)
	receipt.Result.UnguardedShare, receipt.Result.UnknownShare = share(h.Stretch, end.AddDate(0, 0, -h.WindowDays), end, h.Direction)
	receipt.Result.Flagged = (h.Raised() || !h.FirstRaised.IsZero()) && receipt.Result.UnguardedShare >= s.unguarded()
	return receipt, nil
}

// At says what of the log a receipt rests on.
func (p Position) At() (at log.AsOf, err error) {
	at.Seq = log.Seq(p.Seq)
	if p.Known != "" {
		at.Known, err = time.Parse(time.RFC3339Nano, p.Known)
	}
	return at, err
}

// PositionOf is the position for a receipt.
func PositionOf(at log.AsOf) Position {
	p := Position{Seq: uint64(at.Seq)}
	if !at.Known.IsZero() {
		p.Known = at.Known.UTC().Format(time.RFC3339Nano)
	}
	return p
}

func dateText(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func findingOf(h *Hotspot, segments []frontier.Segment) Finding {
	f := Finding{
		FirstSeen: dateText(h.FirstSeen), Observed: h.Observed, Expected: h.Expected,
		Ratio: h.Ratio, RatioLow: h.RatioLow, RatioHigh: h.RatioHigh, Score: h.Score, Q: h.Q,
		Common: h.Common, Completeness: h.Completeness, Label: h.Label, Level: h.Level.String(),
		Direction: string(h.Direction), Agencies: h.Agencies, TLP: string(h.Marking.TLP), Releasable: h.Marking.Releasable.Names(),
	}
	if f.Agencies == nil {
		f.Agencies = []string{}
	}
	if h.Silent != nil {
		f.Silent = h.Silent.Who
	}
	if h.Displaced != nil {
		f.DisplacedFrom, f.DisplacedSince = h.Displaced.Segments(segments), dateText(h.Displaced.Since)
	}
	return f
}

// evidence is what the runner knows of each segment of a hot spot of its last day.
func (r *Runner) evidence(h *Hotspot) []Evidence {
	in, t := r.in, r.next-1
	d := r.past.day(t)
	s, f := &d.sums[slices.Index(durations[:], h.WindowDays)], d.fit
	all := make([]Evidence, 0, h.Last-h.First+1)
	for k := h.First; k <= h.Last; k++ {
		area, zone := in.areas[k], in.zones[k]
		e := Evidence{
			Segment: in.segments[k].ID, BaselinePeople: f.base[k], BaselineDays: f.days[k], Lambda: f.lambda[k], Phi: f.phi[k],
			Common: s.common[k], Observed: s.observed[k], Expected: s.expected[k],
			Completeness: exposure(in, r.past.silent[area], zone, s.from, s.to, f.week*week),
		}
		season := trend.NewSeason(f.season[area])
		for day := s.from; day < s.to; day++ {
			e.Season = append(e.Season, season.At(float64(day)))
			e.Counts = append(e.Counts, r.past.frame.of(k, day))
		}
		all = append(all, e)
	}
	return all
}

// of is what was counted at a segment on a day; nil: nobody reported.
func (f *frame) of(segment, day int) *float64 {
	if f.activeUpTo(day + 1)[segment] == f.activeUpTo(day)[segment] {
		return nil
	}
	people := f.count(segment, segment, day, day+1)
	return &people
}
