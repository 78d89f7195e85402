import { visibleText } from '../../text.ts';
import { lintWaivers } from '../../waivers/lint.ts';
import { exitCodes } from '../failure.ts';
import { judgeWaivers, type JudgingFlags } from './judged.ts';
import { log } from '../log.ts';

/** `trailwarden waivers lint` */
export async function lintWaiverFile(file: string, flags: JudgingFlags): Promise<void> {
  const { waivers, ...judged } = await judgeWaivers(file, flags);
  const remarks = lintWaivers(waivers, judged);
  if (flags.json) process.stdout.write(`${JSON.stringify(remarks, null, 2)}\n`);
  else
    for (const { level, file: name, line, text } of remarks)
      process.stdout.write(`${visibleText(`${name}:${line}: ${level === 'note' ? 'note: ' : ''}${text}`)}\n`);
  const problems = remarks.filter(({ level }) => level === 'problem').length;
  log(
    'info',
    'count',
    `${waivers.length} waivers: ${problems === 0 ? 'nothing to mend' : `${problems} to mend`}`,
    { waivers: waivers.length, problems },
  );
  if (problems > 0) process.exitCode = exitCodes.findings;
}
