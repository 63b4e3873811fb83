import { CodeBlock } from '@/components/ui/code-block';
import { KeyValue } from '@/components/ui/key-value';
import { ShortId } from '@/components/ui/short-id';
import { Cell, HeaderCells, Table, TableHead, TableRow } from '@/components/ui/table';
import { Timestamp } from '@/components/ui/timestamp';
import { Specimen } from './specimen';

const COLUMNS = [{ label: 'Name' }, { label: 'Length', numeric: true }];
const AT = '2026-02-01T14:03:07.412Z';

/** What is read: tables, ids, moments, code. */
export function TextSpecimens() {
  return (
    <>
      <Specimen name="Timestamp, ShortId">
        <Timestamp at={AT} />
        <Timestamp at={AT} show="time-ms" withZone />
        <Timestamp at={AT} show="full" />
        <Timestamp at="no date" />
        <ShortId id="7f3a2b5c-0000-4000-8000-123456789abc" />
        <ShortId id="short" />
      </Specimen>
      <Specimen name="CodeBlock, KeyValue">
        <CodeBlock
          code="redis-cli XLEN shield:events"
          label="Copy the command"
          className="w-full"
        />
        <KeyValue
          items={[
            { key: 'length', value: '10,021' },
            { key: 'last entry', value: '1769954587412-0' },
          ]}
        />
      </Specimen>
      <Specimen name="Table, TableHead, TableRow, HeaderCells, Cell">
        <div className="w-full">
          <Table>
            <TableHead>
              <TableRow>
                <HeaderCells columns={COLUMNS} />
              </TableRow>
            </TableHead>
            <tbody>
              {[10_021, 214].map((length) => (
                <TableRow key={length}>
                  <Cell>shield:events</Cell>
                  <Cell numeric>{length.toLocaleString('en-US')}</Cell>
                </TableRow>
              ))}
            </tbody>
          </Table>
        </div>
      </Specimen>
    </>
  );
}
