package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"frontierwatch/data/postgis/beside"
	"frontierwatch/geo/frontier"
	"frontierwatch/geo/report"
)

// featureservPeer is a pg_featureserv over the table of a postgisPeer. What it
// takes is its own processor time and that of the connections it keeps.
type featureservPeer struct {
	base   string
	client http.Client
	pids   func() ([]int, error)
}

// featureserv takes a server of this machine that serves the database of the
// PostGIS that was named before it.
func (b *bench) featureserv(base string) (peer, error) {
	var database *postgisPeer
	for _, p := range b.peers {
		if p, ok := p.(*postgisPeer); ok {
			database = p
		}
	}
	if database == nil {
		return nil, wrongUse{errors.New("--beside featureserv=URL needs --beside postgis=DSN before it, with the database that it serves")}
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return nil, wrongUse{fmt.Errorf(besideUse, "featureserv="+base)}
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	own, err := listening(port)
	if err == nil {
		err = mustBe("pg_featureserv", []int{own})
	}
	return &featureservPeer{base: base, pids: func() ([]int, error) {
		others, err := database.Others(b.session)
		return append(others, own), err
	}}, err
}

func (p *featureservPeer) name() string { return "pg_featureserv" }

func (p *featureservPeer) version() string { return "over the same table" }

// fill has nothing to load: it lets the server look which tables there are.
func (p *featureservPeer) fill(ctx context.Context, _ *frontier.Frontier, _ iter.Seq[report.Version]) error {
	_, err := p.get(ctx, "/collections")
	return err
}

func (p *featureservPeer) spent() (time.Duration, error) {
	pids, err := p.pids()
	if err != nil {
		return 0, err
	}
	return spentBy(pids)
}

func (p *featureservPeer) close() error {
	p.client.CloseIdleConnections()
	return nil
}

// ways are those of reports; the sums of segments would be a function of SQL.
func (p *featureservPeer) ways(w wanted, few bool) []way {
	if w == segmentSums {
		return nil
	}
	return []way{{p.name(), []form{{"items", func(ctx context.Context, q beside.Question) (answer, error) {
		params := url.Values{
			"limit": {fmt.Sprint(beside.Limit)},
			"bbox":  {fmt.Sprintf("%v,%v,%v,%v", q.Box.Min[0], q.Box.Min[1], q.Box.Max[0], q.Box.Max[1])},
		}
		if few {
			params.Set("properties", "id,"+fewProperties)
		}
		if w != anyReports {
			params.Set("sortby", "-observed_start")
		}
		if w == newestOfTime {
			params.Set("filter", fmt.Sprintf("observed_start BETWEEN '%s' AND '%s'", q.From.Format(time.RFC3339), q.To.Format(time.RFC3339)))
		}
		text, err := p.get(ctx, "/collections/"+beside.Schema+".reports/items.json?"+params.Encode())
		return answer{text: text}, err
	}}}}}
}

func (p *featureservPeer) get(ctx context.Context, target string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+target, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Encoding", "identity") // nothing is compressed on either side
	answered, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(answered.Body)
	if err = errors.Join(err, answered.Body.Close()); err == nil && answered.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.200s", target, answered.Status, text)
	}
	return text, err
}
