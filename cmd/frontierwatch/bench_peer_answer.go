package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data/postgis/beside"
)

// answer is what a question was answered with: reports, or sums by segment.
type answer struct {
	ids    []string
	points []orb.Point   // of the reports
	said   []beside.Said // of the reports; nil: it does not say
	all    int           // how many there are, beyond the limit too; 0: it does not say
	sums   map[string]beside.Sums
	text   []byte // GeoJSON with the reports, in place of them
}

// read reads the text, if there is one.
func (a answer) read() (answer, error) {
	if a.text == nil {
		return a, nil
	}
	var c featureCollection
	err := json.Unmarshal(a.text, &c)
	return c.reports(), err
}

// besidePlace is how far outside a box a peer may find a report, in degrees: some
// keep boxes in single precision.
const besidePlace = 2e-5

// differs says how the answer of a peer is not this one, which is ours; nil: it is
// the same. Reports within a metre outside of the box are passed over.
func (a answer) differs(other answer, w wanted, box orb.Bound) error {
	if w == segmentSums {
		return sumsDiffer(a.sums, other.sums)
	}
	other, err := other.read()
	if err != nil {
		return err
	}
	found, err := inside(other, box)
	if err != nil {
		return err
	}
	full := len(a.ids) >= beside.Limit
	if len(found) != len(a.ids) && (!full || len(other.ids) < beside.Limit) {
		return fmt.Errorf("it finds %d reports, ours %d", len(found), len(a.ids))
	}
	if err := saysElse(a, other); err != nil || full && w == anyReports {
		return err // any will do
	}
	have := map[string]bool{}
	for _, id := range a.ids {
		have[id] = true
	}
	for i, id := range found {
		if w == anyReports && !have[id] || w != anyReports && id != a.ids[i] {
			return fmt.Errorf("it finds %s and ours does not, or not as number %d", id, i+1)
		}
	}
	return nil
}

// saysElse finds a report of both of which they do not say the same.
func saysElse(ours, theirs answer) error {
	said := map[string]beside.Said{}
	for i, id := range ours.ids {
		said[id] = ours.said[i]
	}
	for i, found := range theirs.said {
		if our, ok := said[theirs.ids[i]]; ok && our != found {
			return fmt.Errorf("%s: it says %+v, ours %+v", theirs.ids[i], found, our)
		}
	}
	return nil
}

// counts says whether another counts in a box as many reports as ours does, or
// some more that lie in a box that is besidePlace wider.
func (a answer) counts(handler http.Handler, target string, box orb.Bound, counted int) error {
	wider, err := inBoxOf(target, box.Pad(besidePlace))
	if err != nil {
		return err
	}
	most, err := features(handler, wider)
	if err == nil && (counted < a.all || counted > most.NumberMatched) {
		err = fmt.Errorf("it counts %d reports, ours %d, or %d in a wider box", counted, a.all, most.NumberMatched)
	}
	return err
}

// inBoxOf is the target with another box.
func inBoxOf(target string, box orb.Bound) (string, error) {
	u, err := url.Parse(target)
	if err != nil {
		return "", err
	}
	asked := u.Query()
	asked.Set("bbox", fmt.Sprintf("%v,%v,%v,%v", box.Min[0], box.Min[1], box.Max[0], box.Max[1]))
	u.RawQuery = asked.Encode()
	return u.String(), nil
}

// inside are the ids of the reports that lie in the box; one that lies farther
// outside than single precision explains is an error, and so is one that is found
// twice.
func inside(a answer, box orb.Bound) (ids []string, err error) {
	seen, wider := map[string]bool{}, box.Pad(besidePlace)
	for i, id := range a.ids {
		switch p := a.points[i]; {
		case seen[id]:
			return nil, fmt.Errorf("it finds %s twice", id)
		case box.Contains(p):
			ids = append(ids, id)
		case !wider.Contains(p):
			return nil, fmt.Errorf("it finds %s at %v, outside of the box", id, p)
		}
		seen[id] = true
	}
	return ids, nil
}

func sumsDiffer(ours, theirs map[string]beside.Sums) error {
	if len(ours) != len(theirs) {
		return fmt.Errorf("it finds %d segments, ours %d", len(theirs), len(ours))
	}
	for id, sums := range ours {
		if other, ok := theirs[id]; !ok || other != sums {
			return fmt.Errorf("%s: it finds %+v, ours %+v", id, other, sums)
		}
	}
	return nil
}

// questionOf reads the question to a peer from the target of ours.
func questionOf(target string, w wanted) (q beside.Question, err error) {
	u, err := url.Parse(target)
	if err != nil {
		return q, err
	}
	corners := strings.Split(u.Query().Get("bbox"), ",")
	if len(corners) != 4 {
		return q, fmt.Errorf("%s has no box", target)
	}
	for i, into := range []*float64{&q.Box.Min[0], &q.Box.Min[1], &q.Box.Max[0], &q.Box.Max[1]} {
		if *into, err = strconv.ParseFloat(corners[i], 64); err != nil {
			return q, err
		}
	}
	if from, to, ok := strings.Cut(u.Query().Get("datetime"), "/"); ok { // for hot spots it is one instant
		var errs [2]error
		q.From, errs[0] = time.Parse(time.RFC3339, from)
		q.To, errs[1] = time.Parse(time.RFC3339, to)
		err = errors.Join(errs[:]...)
	}
	if w == segmentSums {
		q.To = lastDay().AddDate(0, 0, 1)
	}
	return q, err
}

// fourWeeks is the window of hot spots that peers are asked about, in days.
const fourWeeks = 28

// lastDay is the last day of the reports, of which hot spots are asked.
func lastDay() time.Time { return time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC) }

// asked is the answer of ours, with all that is in it.
func asked(handler http.Handler, w wanted, target string, q beside.Question) (a answer, err error) {
	if w != segmentSums {
		found, err := features(handler, target)
		return found.reports(), err
	}
	a.sums = map[string]beside.Sums{}
	for ago := range 2 { // windows, the last first
		target := fmt.Sprintf("/collections/segments/items?limit=1000&window=P%dD&datetime=%s&bbox=%v,%v,%v,%v", fourWeeks,
			lastDay().AddDate(0, 0, -ago*fourWeeks).Format(time.RFC3339), q.Box.Min[0], q.Box.Min[1], q.Box.Max[0], q.Box.Max[1])
		found, err := features(handler, target)
		if err != nil {
			return a, err
		}
		for _, f := range found.Features {
			sums := a.sums[f.id()]
			if n := int64(f.Properties.Observed); ago == 0 {
				sums.Now = n
			} else {
				sums.Before = n
			}
			a.sums[f.id()] = sums
		}
	}
	return a, nil
}

// featureCollection is what of GeoJSON a comparison needs, ours or a peer's.
type featureCollection struct {
	Features      []feature
	NumberMatched int
}

type feature struct {
	ID         any
	Geometry   struct{ Coordinates json.RawMessage }
	Properties struct {
		ID       string
		Observed float64
		Start    time.Time `json:"observed_start"`
		Best     int64     `json:"count_best"`
		Unit     string
	}
}

// id is the property of that name, since the id of the feature may be a number of
// the peer's own; else the latter.
func (f feature) id() string {
	if f.Properties.ID != "" {
		return f.Properties.ID
	}
	return fmt.Sprint(f.ID)
}

// reports are the features as reports, which are points.
func (c featureCollection) reports() (a answer) {
	for _, f := range c.Features {
		var p orb.Point
		if json.Unmarshal(f.Geometry.Coordinates, &p) == nil {
			a.ids, a.points = append(a.ids, f.id()), append(a.points, p)
			a.said = append(a.said, beside.Said{At: f.Properties.Start.UnixMicro(), Best: f.Properties.Best, Unit: f.Properties.Unit})
		}
	}
	a.all = c.NumberMatched
	return a
}

func features(handler http.Handler, target string) (c featureCollection, err error) {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
	if answer.Code != http.StatusOK {
		return c, fmt.Errorf("%s answers %d: %s", target, answer.Code, answer.Body)
	}
	return c, json.Unmarshal(answer.Body.Bytes(), &c)
}
