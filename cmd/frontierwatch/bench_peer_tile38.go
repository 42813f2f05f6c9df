package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"frontierwatch/data/postgis/beside"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// tile38Peer is a Tile38 with the place of each report, and its time and count as
// fields: less than ours keeps and answers with, as it can have no more than
// numbers beside a place.
type tile38Peer struct {
	conn  net.Conn
	in    *bufio.Reader
	out   *bufio.Writer
	pid   int
	named string
}

// tile38Key is what the reports are kept under, and removed when the bench ends.
const tile38Key = beside.Schema

// tile38 connects to a server of this machine.
func (b *bench) tile38(address string) (peer, error) {
	p, err := dialTile38(b.session, address)
	if err != nil {
		return nil, err
	}
	if err := mustBe("tile38", []int{p.pid}); err != nil {
		return nil, errors.Join(err, p.conn.Close())
	}
	return p, nil
}

func dialTile38(ctx context.Context, address string) (*tile38Peer, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	p := &tile38Peer{conn: conn, in: bufio.NewReaderSize(conn, 1<<16), out: bufio.NewWriterSize(conn, 1<<16)}
	if err := p.introduce(); err != nil {
		return nil, errors.Join(fmt.Errorf("tile38 at %s: %w", address, err), conn.Close())
	}
	return p, nil
}

// introduce asks the server which it is, and whether it is free for a bench.
func (p *tile38Peer) introduce() error {
	said, err := p.do("SERVER")
	if err != nil {
		return err
	}
	pairs, _ := said.([]any)
	for i := 0; i+1 < len(pairs); i += 2 {
		value := fmt.Sprint(pairs[i+1])
		switch pairs[i] {
		case "pid":
			p.pid, err = strconv.Atoi(value)
		case "version":
			p.named = "Tile38 " + value
		}
	}
	if p.pid == 0 || err != nil {
		return errors.Join(err, errors.New("it does not say which process it is"))
	}
	kept, err := p.do("STATS", tile38Key)
	if all, ok := kept.([]any); err == nil && (!ok || len(all) != 1 || all[0] != nil) {
		err = errors.New("it has a " + tile38Key + " already, left by a bench that was killed or is running: DROP " + tile38Key + " removes it")
	}
	return err
}

// do sends a command and waits for the answer.
func (p *tile38Peer) do(words ...string) (any, error) {
	writeRESP(p.out, words...)
	if err := p.out.Flush(); err != nil {
		return nil, err
	}
	return readRESP(p.in)
}

func (p *tile38Peer) name() string { return "Tile38" }

func (p *tile38Peer) version() string { return p.named }

func (p *tile38Peer) spent() (time.Duration, error) { return spentBy([]int{p.pid}) }

func (p *tile38Peer) close() error {
	_, err := p.do("DROP", tile38Key)
	return errors.Join(err, p.conn.Close())
}

// fill sends many at once before it waits.
func (p *tile38Peer) fill(ctx context.Context, _ *frontier.Frontier, reports iter.Seq[report.Version]) error {
	const most = 1000
	sent := 0
	answers := func() error {
		err := p.out.Flush()
		for ; sent > 0 && err == nil; sent-- {
			_, err = readRESP(p.in)
		}
		return err
	}
	for v := range reports {
		writeRESP(p.out, "SET", tile38Key, v.ID, "FIELD", "start", strconv.FormatInt(v.Start.Unix(), 10),
			"FIELD", "count", strconv.FormatInt(v.Count.Best, 10), "POINT", degrees(v.Point[1]), degrees(v.Point[0]))
		if sent++; sent < most {
			continue
		}
		if err := errors.Join(answers(), ctx.Err()); err != nil {
			return err
		}
	}
	return answers()
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// ways are what Tile38 can be asked: any reports, and all of a time for the client
// to take the newest from. It answers with the same, few properties or not.
func (p *tile38Peer) ways(w wanted, _ bool) []way {
	switch w {
	case anyReports:
		return []way{{"Tile38", []form{{"INTERSECTS", p.asking(strconv.Itoa(beside.Limit), false)}}}}
	case newestOfTime:
		return []way{{"Tile38, sorted by the client", []form{{"INTERSECTS WHERE", p.asking("100000000", true)}}}}
	}
	return nil
}

func (p *tile38Peer) asking(limit string, during bool) func(context.Context, beside.Question) (answer, error) {
	return func(ctx context.Context, q beside.Question) (answer, error) {
		words := []string{"INTERSECTS", tile38Key, "LIMIT", limit}
		if during {
			words = append(words, "WHERE", "start", strconv.FormatInt(q.From.Unix(), 10), strconv.FormatInt(q.To.Unix(), 10))
		}
		said, err := p.do(append(words, "POINTS", "BOUNDS", degrees(q.Box.Min[1]), degrees(q.Box.Min[0]), degrees(q.Box.Max[1]), degrees(q.Box.Max[0]))...)
		if err != nil {
			return answer{}, err
		}
		found, err := tile38Points(said)
		if during {
			slices.SortFunc(found, func(a, b tile38Point) int { return cmp.Compare(b.start, a.start) })
			found = found[:min(len(found), beside.Limit)]
		}
		var a answer
		for _, f := range found {
			a.ids, a.points = append(a.ids, f.id), append(a.points, f.at)
		}
		return a, errors.Join(err, ctx.Err())
	}
}

type tile38Point struct {
	id    string
	at    orb.Point
	start int64
}

// tile38Points reads an answer with POINTS: [cursor, [[id, [lat, lon], [field, value, …]], …]].
func tile38Points(said any) (found []tile38Point, err error) {
	top, _ := said.([]any)
	if len(top) != 2 {
		return nil, errRESP
	}
	items, ok := top[1].([]any)
	if !ok {
		return nil, errRESP
	}
	for _, item := range items {
		parts, _ := item.([]any)
		if len(parts) < 2 {
			return nil, errRESP
		}
		point, _ := parts[1].([]any)
		if len(point) < 2 {
			return nil, errRESP
		}
		f := tile38Point{id: fmt.Sprint(parts[0])}
		lat, err1 := strconv.ParseFloat(fmt.Sprint(point[0]), 64)
		lon, err2 := strconv.ParseFloat(fmt.Sprint(point[1]), 64)
		if err1 != nil || err2 != nil {
			return nil, errRESP
		}
		f.at = orb.Point{lon, lat}
		if len(parts) > 2 {
			fields, _ := parts[2].([]any)
			for i := 0; i+1 < len(fields); i += 2 {
				if fields[i] == "start" {
					if f.start, err = strconv.ParseInt(fmt.Sprint(fields[i+1]), 10, 64); err != nil {
						return nil, errRESP
					}
				}
			}
		}
		found = append(found, f)
	}
	return found, nil
}
