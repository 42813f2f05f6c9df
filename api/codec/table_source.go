package codec

import (
	"time"

	"frontierwatch/geo/guard"
	"frontierwatch/geo/report"
)

type sourced = subject[report.SourceState]

var sourceTable = table[report.SourceState]{
	collection: Sources,
	id:         func(v *report.SourceState) string { return v.ID },
	marking:    func(v *report.SourceState) report.Marking { return report.Marking{TLP: v.TLP} },
	columns: []column[report.SourceState]{
		whole("fid", "Numeric id.", always(func(s sourced) int64 { return s.of.FID })),
		text("agency", "Agency that reports.", func(s sourced) string { return s.of.Agency }),
		word("country", []string{"CAN", "USA"}, "Its country; null where it is neither.", func(s sourced) string { return s.of.Country }),
		duration("cadence", "How often it normally reports (ISO 8601); null: not said.", func(s sourced) string { return report.FormatCadence(s.of.Cadence) }),
		word("unit", words(report.Units()), "What it counts.", func(s sourced) string { return string(s.of.Unit) }),
		text("caveat", "What has to be known to read its figures.", func(s sourced) string { return s.of.Caveat }),
		word("tlp", words(report.TLPs()), "Traffic Light Protocol 2.0 label of what it reports, without TLP:.", func(s sourced) string { return string(s.of.TLP) }),
		text("gaps", "Days for which less than all of its figures are there, between semicolons: [PART KM-KM] FROM/TO SHARE [withheld] [known DAY]; "+
			"share is the part that is reported, withheld says that the rest exists and is not released; null: none it knows of.",
			func(s sourced) string { return s.of.Gaps }),
		instant("last_report", "End of the newest interval it reported; null: none yet.", func(s sourced) time.Time { return s.of.LastReport }),
		truth("silent", "Whether it normally reports and has stopped.", func(s sourced) guard.Tri { return tri(s.of.Silent) }),
	},
}

func duration(name, description string, get func(sourced) string) column[report.SourceState] {
	c := text(name, description, get)
	c.Format = "duration"
	return c
}
