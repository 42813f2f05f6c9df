// Brushing on the map: Shift and drag a box, and the longest stretch in it is brushed.
import type { Map as Chart, MapMouseEvent, PointLike } from 'maplibre-gl';
import { el } from './dom';

// brushing tells the two corners of a box, in longitude and latitude, when it is done.
export function brushing(chart: Chart, done: (west: number, south: number, east: number, north: number) => void): void {
  let from: { x: number; y: number } | null = null;
  const box = el('div', { class: 'mapbrush', hidden: true });
  chart.getCanvasContainer().append(box);
  const end = () => {
    from = null;
    box.hidden = true;
    chart.dragPan.enable();
  };
  chart.on('mousedown', (e: MapMouseEvent) => {
    if (!e.originalEvent.shiftKey || e.originalEvent.button !== 0) return;
    from = e.point;
    chart.dragPan.disable();
  });
  chart.on('mousemove', (e: MapMouseEvent) => {
    if (!from) return;
    box.hidden = false;
    box.style.transform = `translate(${Math.min(from.x, e.point.x)}px, ${Math.min(from.y, e.point.y)}px)`;
    box.style.width = `${Math.abs(e.point.x - from.x)}px`;
    box.style.height = `${Math.abs(e.point.y - from.y)}px`;
  });
  chart.on('mouseup', (e: MapMouseEvent) => {
    const begin = from;
    if (!begin) return;
    end();
    if (Math.abs(begin.x - e.point.x) < 4 && Math.abs(begin.y - e.point.y) < 4) return;
    const a = chart.unproject([begin.x, begin.y] as PointLike), b = chart.unproject(e.point);
    done(Math.min(a.lng, b.lng), Math.min(a.lat, b.lat), Math.max(a.lng, b.lng), Math.max(a.lat, b.lat));
  });
  addEventListener('keydown', (e) => { if (e.key === 'Escape' && from) end(); });
}
