// Days are counted from 1970-01-01, UTC; weeks begin on Monday, as in ISO 8601.

const long = 86_400_000;

export const dayNumber = (text: string) => Math.floor(Date.parse(text) / long);
export const dayText = (n: number) => new Date(n * long).toISOString().slice(0, 10);
export const weekOf = (day: number) => Math.floor((day + 3) / 7); // 1970-01-01 was a Thursday
export const monday = (week: number) => week * 7 - 3;
export const today = () => new Date().toISOString().slice(0, 10);

export const windowWeeks = 8; // the longest window of detection
