package api

import "frontierwatch/api/codec"

// collections are all there are, in the order in which people read them.
func collections() []*collection {
	return []*collection{
		{
			id: codec.Reports, title: "Reports",
			description: "What sources say happened: a count of people, a time interval, a place. Newest first. No report is not zero: see completeness of segments.",
			datetime:    "Only reports whose observed interval meets this one.",
			asOf:        true, dated: true,
			write: reportChanges(),
			list:  listReports, item: oneReport,
		},
		{
			id: codec.Segments, title: "Segments",
			description: "The frontier in fixed cuts, with what guards each and what was observed and expected there.",
			datetime:    "The segments as they were at this instant; of an interval, at its end. Guard is that of the instant, counts end with its UTC day. Later than now is taken as now.",
			moment:      current, asOf: true, found: true,
			also: []parameter{paramUnit(), paramWindow("Days over which observed and expected are counted; P28D unless told.")},
			list: listSegments, item: oneSegment,
		},
		{
			id: codec.Ports, title: "Ports of entry",
			description: "Ports of entry with the opening hours of their two halves, and whether they are open at an instant.",
			datetime:    "Whether the ports are open at this instant; of an interval, at its end. Every port answers, whatever the time.",
			moment:      planned,
			list:        listPorts, item: onePort,
		},
		{
			id: codec.Posts, title: "Posts",
			description: "Guarding presences other than ports: stations, patrol beats, towers.",
			datetime:    "Only posts that are active at some time of this.",
			asOf:        true,
			write:       &changes{createText, (*call).createPost, (*call).replacePost, (*call).updatePost, (*call).retractPost},
			list:        listPosts, item: onePost,
		},
		{
			id: codec.Sources, title: "Sources",
			description: "Who reports, how often, and with what caveats. Sources have no geometry and no time, so that they match every box and every time.",
			datetime:    "Passed over: sources have no time.",
			moment:      passing, asOf: true,
			write: &changes{createText, (*call).createSource, (*call).replaceSource, (*call).updateSource, (*call).retractSource},
			list:  listSources, item: oneSource,
		},
		{
			id: codec.Hotspots, title: "Hot spots",
			description: "Stretches with risen activity, the highest score first, with the evidence. " + lateText,
			datetime:    "The hot spots of this UTC day: the windows end with it. Of an interval, its last day. Later than now is taken as now.",
			moment:      daily, asOf: true, dated: true, found: true,
			list: listHotspots, item: oneHotspot,
		},
		{
			id: codec.Flags, title: "Flags",
			description: "Raised hot spots on stretches that were unguarded for most of the window. A flag stands until its hot spot has been below the watch list " +
				"(a score of 2.5) for 28 days; its state tells what was done about it, and one that somebody closed stays here, closed, for as long. Days on which less than half of the reporting of its stretch arrived do not count, " +
				"up to 182 of them, since no report is not calm. " + lateText,
			datetime: "The flags of this UTC day: the windows end with it. Of an interval, its last day. Later than now is taken as now.",
			moment:   daily, asOf: true, dated: true, found: true,
			list: listFlags, item: oneFlag,
		},
	}
}
