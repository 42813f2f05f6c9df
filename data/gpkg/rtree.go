package gpkg

import (
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/rtree"
	"github.com/paulmach/orb"
)

// Spatial indexes of GeoPackage (OGC 12-128r17, annex F.3: the extension
// gpkg_rtree_index). Exports carry them. A file that is written to does not:
// keeping them made writing four times slower, and their triggers call functions
// that only other programs have.

// indexTriggers are what keeps an index true when other programs write. t stands
// for the table; the names and conditions are those of the standard.
const indexTriggers = `
CREATE TRIGGER rtree_t_geom_insert AFTER INSERT ON t
  WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  INSERT OR REPLACE INTO rtree_t_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_t_geom_update1 AFTER UPDATE OF geom ON t
  WHEN OLD.fid = NEW.fid AND (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  INSERT OR REPLACE INTO rtree_t_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_t_geom_update2 AFTER UPDATE OF geom ON t
  WHEN OLD.fid = NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM rtree_t_geom WHERE id = OLD.fid;
END;
CREATE TRIGGER rtree_t_geom_update3 AFTER UPDATE ON t
  WHEN OLD.fid != NEW.fid AND (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM rtree_t_geom WHERE id = OLD.fid;
  INSERT OR REPLACE INTO rtree_t_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_t_geom_update4 AFTER UPDATE ON t
  WHEN OLD.fid != NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM rtree_t_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_t_geom_delete AFTER DELETE ON t
  WHEN OLD.geom NOT NULL
BEGIN
  DELETE FROM rtree_t_geom WHERE id = OLD.fid;
END;`

// indexLayers makes the spatial indexes of all layers that have points.
func indexLayers(c *sqlite3.Conn) error {
	if err := rtree.Register(c); err != nil {
		return err
	}
	for _, table := range layerTables {
		if err := indexLayer(c, table); err != nil {
			return err
		}
	}
	return nil
}

func indexLayer(c *sqlite3.Conn, table string) error {
	index := "rtree_" + table + "_geom"
	err := c.Exec(`CREATE VIRTUAL TABLE ` + index + ` USING rtree(id, minx, maxx, miny, maxy);
		INSERT INTO gpkg_extensions VALUES ('` + table + `', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')`)
	if err != nil {
		return err
	}
	insert, _, err := c.Prepare(`INSERT INTO ` + index + ` VALUES (?1, ?2, ?2, ?3, ?3)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	err = eachRow(c, `SELECT fid, geom FROM `+table+` WHERE geom IS NOT NULL`, func(st *sqlite3.Stmt) error {
		var p orb.Point
		p, err := parsePoint(st.ColumnRawBlob(1))
		return first(err, insert.BindInt64(1, st.ColumnInt64(0)), insert.BindFloat(2, p[0]), insert.BindFloat(3, p[1]), insert.Exec())
	})
	return first(err, c.Exec(strings.NewReplacer("_t_", "_"+table+"_", " ON t\n", " ON "+table+"\n").Replace(indexTriggers)))
}
