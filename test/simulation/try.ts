import { simulate } from "./simulate.ts";
import { writeStory } from "./write-story.ts";
const [seed=1, apps=50, days=3, schedule=60, faulty=1] = process.argv.slice(2).map(Number);
const story = writeStory(seed, { apps, days, scheduleSeconds: schedule, faulty: faulty===1 });
const t = performance.now();
const out = await simulate(story);
const d = out.delays.toSorted((a,b)=>a-b);
console.log({...out, delays: [d.length, d[0], d[Math.floor(d.length/2)], d.at(-1)], returns: [out.returns.length, Math.max(...out.returns)], violations: out.violations.slice(0,12), n: out.violations.length}, (performance.now()-t)/1000, 's cpu', process.cpuUsage().user/1e6, 'app-sweep us', process.cpuUsage().user/(out.appHours*3600/schedule));
