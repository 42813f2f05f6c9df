package hotspot

// Parameters are all numbers that the method and its setting have, by the names that
// receipts give them.
type Parameters struct {
	Threshold      float64 `json:"threshold"`       // score above which a hot spot is raised
	UnguardedShare float64 `json:"unguarded_share"` // from which a raised one is flagged
	ReachM         float64 `json:"reach_m"`         // of a port or post along the line

	Windows       []int   `json:"windows"`        // days
	Widest        int     `json:"widest"`         // segments
	LeastPeople   float64 `json:"least_people"`   //
	LeastActive   int     `json:"least_active"`   // segment-days on which somebody reported
	LeastExpected float64 `json:"least_expected"` // E of a segment is never less
	Drift         float64 `json:"drift"`          // relative variance of E beyond that of λ

	BaselineWeeks int     `json:"baseline_weeks"`
	GuardWeeks    int     `json:"guard_weeks"`
	LeastWeeks    int     `json:"least_weeks"`
	SeasonWeeks   int     `json:"season_weeks"`
	SeasonPeople  float64 `json:"season_people"`
	Winsor        float64 `json:"winsor"`
	ShrinkPeople  float64 `json:"shrink_people"`
	DispersionOwn float64 `json:"dispersion_own"`
	DispersionMin float64 `json:"dispersion_min"`

	CommonPrior float64 `json:"common_prior"`
	CommonWhole float64 `json:"common_whole"`
	CommonLow   float64 `json:"common_low"`
	CommonHigh  float64 `json:"common_high"`
	CommonNear  int     `json:"common_near"`

	SilentDays    int     `json:"silent_days"`
	SilentPeople  float64 `json:"silent_people"`
	SilentHistory int     `json:"silent_history"`
	SilentLeast   int     `json:"silent_least"`
	SilentCap     float64 `json:"silent_cap"`

	NearSegments int `json:"near_segments"` // between hot spots that are the same
	NearDays     int `json:"near_days"`
}

func (s Setting) parameters() Parameters {
	return Parameters{
		Threshold: s.threshold(), UnguardedShare: s.unguarded(),
		Windows: durations[:], Widest: widest, LeastPeople: leastPeople, LeastActive: leastActive, LeastExpected: leastMean, Drift: drift,
		BaselineWeeks: baselineWeeks, GuardWeeks: guardWeeks, LeastWeeks: leastWeeks, SeasonWeeks: seasonWeeks, SeasonPeople: seasonPeople,
		Winsor: winsorFactor, ShrinkPeople: shrinkPeople, DispersionOwn: dispersionOwn, DispersionMin: dispersionMin,
		CommonPrior: commonPrior, CommonWhole: commonWhole, CommonLow: commonLow, CommonHigh: commonHigh, CommonNear: commonNear,
		SilentDays: silentDays, SilentPeople: silentPeople, SilentHistory: silentHistory, SilentLeast: silentLeast, SilentCap: silentCap,
		NearSegments: nearSegments, NearDays: nearDays,
	}
}
