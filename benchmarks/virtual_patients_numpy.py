"""The virtual patient in NumPy, all patients in step: the same model, chance and events; peer and check.

One event of every patient at a time: arrays of patients by lesions, the next event of each row by its least
entry, then foundings, examinations and treatments of these rows. It reads the same streams, so that each
patient's course is that of the compiled engine.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from paget import streams
from paget.biology import kept as c
from paget.biology import lesion as le
from paget.biology.course import PERSON
from paget.biology.lesions import BEFORE, GONE, HIDDEN, SHOWN
from paget.biology.primary import CHILD, EACH_DRAW
from paget.biology.virtual_patient import VirtualPatients

U = np.uint64


def word(key: Any, n: Any) -> Any:
    return streams._mixed(key ^ streams._mixed(np.asarray(n).astype(U)))


def uniform(bits: Any) -> Any:
    return ((bits >> U(12)).astype(float) + 0.5) * 2.0**-52


def exponential(bits: Any) -> Any:
    return -np.log(uniform(bits))


def normal(bits: Any) -> Any:
    from scipy.special import ndtri

    return ndtri(uniform(bits))


class Cohort:
    """All patients of a run as arrays."""

    def __init__(self, model: VirtualPatients, patients: int, seed: int, room: int = c.MOST) -> None:
        self.m = model.numbers()
        self.k = self.m.crowding
        n = patients
        with np.errstate(over="ignore"):
            base = streams._mixed(np.array([seed], U) + streams.GOLDEN)
            person = streams._mixed(base + np.arange(n, dtype=U) * streams.GOLDEN)
            self.own = streams._mixed(person ^ PERSON)
        self.born, self.rate, self.w = (np.zeros((n, room)) for _ in range(3))
        self.founds, self.seen = np.full((n, room), le.NEVER), np.full((n, room), le.NEVER)
        self.felt = np.zeros((n, room), bool)
        self.organ, self.used, self.children = (np.zeros((n, room), np.int64) for _ in range(3))
        self.status = np.full((n, room), GONE)
        self.key = np.zeros((n, room), U)
        self.n = np.zeros(n, np.int64)
        self.rows = np.full((n, len(c.ROW)), -1.0)

    def clock(self, log_cells: Any) -> Any:
        return log_cells if self.k == 0 else -np.log1p(-self.k * np.asarray(log_cells)) / self.k

    def size(self, day: Any, born: Any, rate: Any) -> Any:
        u = np.maximum(rate * (day - born), 0.0)
        return u if self.k == 0 else -np.expm1(-self.k * u) / self.k

    def found_next(self, i: Any, j: Any, day: Any, w: Any) -> None:
        """The next founding of some lesions, as in the compiled function of that name."""
        key, born, rate, last = self.key[i, j], self.born[i, j], self.rate[i, j], self.last[i]
        seeding, count = self.m.seedings[self.organ[i, j]] * self.seeding[i], self.used[i, j].copy()
        day, w = day.copy(), w.copy()
        result = np.full(i.size, le.NEVER)
        going = np.flatnonzero((seeding > 0) & (born < last))
        waiting = np.zeros(i.size)
        waiting[going] = exponential(word(key[going], le.FOUNDING + count[going]))
        count[going] += 1
        bounds = np.append(self.m.halved, np.inf)
        slope = le.SURFACE * rate
        if self.k == 0:
            w[going] += waiting[going] * slope[going] / seeding[going]
            day[going] = born[going] + np.log(w[going]) / slope[going]
            fine = going[day[going] <= last[going]]
            result[fine] = day[fine]
            going = going[:0]
        segment = np.searchsorted(bounds[:-1], w, side="right")
        while going.size:
            g = going
            near = segment[g] >= le.HALVINGS
            h = g[~near]
            step = slope[h] * 0.5 ** (segment[h] + 1) / seeding[h]
            beyond = w[h] + waiting[h] * step >= bounds[segment[h]]
            b, s = h[beyond], h[~beyond]
            waiting[b] -= (bounds[segment[b]] - w[b]) / step[beyond]
            w[b] = bounds[segment[b]]
            segment[b] += 1
            w[s] += waiting[s] * step[~beyond]
            left = 1 - self.k * np.log(w[s]) / le.SURFACE
            day[s] = born[s] - np.log(left) / (self.k * rate[s])
            late = day[s] > last[s]
            s, left = s[~late], left[~late]
            holds = uniform(word(key[s], le.FOUNDING + count[s])) * left < 0.5 ** (segment[s] + 1)
            y, x = s[holds], s[~holds]
            result[y] = day[y]
            count[y] += 1
            waiting[x] = exponential(word(key[x], le.FOUNDING + count[x] + 1))
            count[x] += 2
            still = [b, x]
            q = g[near]
            if q.size:
                ceiling = math.exp(le.SURFACE / self.k)
                day[q] = np.maximum(day[q], born[q] + le.HALVINGS * math.log(2) / (self.k * rate[q]))
                day[q] += np.maximum(waiting[q], 0) / (seeding[q] * ceiling)
                q = q[day[q] <= last[q]]
                w[q] = np.exp(le.SURFACE * self.size(day[q], born[q], rate[q]))
                holds = uniform(word(key[q], le.FOUNDING + count[q])) * ceiling < w[q]
                y, x = q[holds], q[~holds]
                result[y] = day[y]
                count[y] += 1
                waiting[x] = exponential(word(key[x], le.FOUNDING + count[x] + 1))
                count[x] += 2
                still.append(x)
            going = np.concatenate(still)
        self.founds[i, j], self.w[i, j], self.used[i, j] = result, w, count

    def sensitivity(self, size: Any) -> Any:
        least, mm, scale, best = self.m.log_least, self.m.least_mm, self.m.scale_mm, self.m.best
        diameter = mm * np.exp((np.maximum(size, least) - least) / 3)
        return np.where(size > least, best * -np.expm1(-(diameter - mm) / scale), 0.0)

    def see_next(self, i: Any, j: Any, after: Any) -> None:
        """The day on which some lesions are first seen."""
        key, born, rate, last = self.key[i, j], self.born[i, j], self.rate[i, j], self.last[i]
        felt = np.maximum(np.maximum(born + self.m.felt_clock / rate, after), 0.0)
        large = born + self.m.seen_clock / rate
        result = np.where((felt <= last) & (large <= last), felt, le.NEVER)
        by_visit = np.zeros(i.size, bool)
        visit = np.searchsorted(self.m.visits, np.maximum(large, after), side="right")
        going = np.flatnonzero(large <= last)
        while going.size:
            going = going[visit[going] < self.m.visits.size]
            day = self.m.visits[visit[going]]
            fine = (day <= felt[going]) & (day <= last[going])
            going, day = going[fine], day[fine]
            shown = self.sensitivity(self.size(day, born[going], rate[going]))
            sees = uniform(word(key[going], le.EXAMINED + visit[going])) < shown
            result[going[sees]], by_visit[going[sees]] = day[sees], True
            going = going[~sees]
            visit[going] += 1
        self.seen[i, j], self.felt[i, j] = result, ~by_visit

    def settle(self, i: Any, key: Any, day: Any, source: Any, primary: bool) -> Any:
        """New lesions of some patients in their next places; says which are too large on day 0."""
        j = self.n[i]
        pick = uniform(word(key, 0))[:, None]
        organ = np.minimum((pick > self.m.spread[source]).sum(axis=1), self.m.log_rates.size - 1)
        rate = np.exp(self.m.log_rates[organ] + self.growth[i] + self.m.lesion_sd * normal(word(key, 1)))
        dormant = uniform(word(key, 2)) < self.m.dormant_share
        born = day + np.where(dormant, self.m.dormant_mean * exponential(word(key, 3)), 0.0)
        large = (born + self.m.largest_clock / rate < 0) & primary
        i, j, key, organ, rate, born = (one[~large] for one in (i, j, key, organ, rate, born))
        self.key[i, j], self.organ[i, j], self.rate[i, j], self.born[i, j] = key, organ, rate, born
        self.status[i, j], self.used[i, j], self.children[i, j] = HIDDEN, 0, 0
        self.found_next(i, j, born, np.ones(i.size))
        self.see_next(i, j, np.full(i.size, BEFORE))
        self.n[i] += 1
        return large

    def begin(self) -> None:
        """Death of other causes, and the lesions that primaries founded."""
        p, own, n = self.m, self.own, self.n.size
        other = exponential(word(own, 0))
        self.otherwise = other < p.other_whole
        slope = p.other_slope
        day = np.log1p(other * slope / p.other_hazard) / slope if slope else other / p.other_hazard
        self.last = np.where(self.otherwise, np.minimum(day, p.horizon), p.horizon)
        self.seeding, self.growth, primary = np.ones(n), np.zeros(n), np.ones(n)
        both = math.hypot(p.seeding_sd, p.primary_sd)
        a, b = (p.seeding_sd / both, p.primary_sd / both) if both else (0.0, 0.0)
        todo, first = np.arange(n), np.zeros(n, U)
        while todo.size:
            self.n[todo] = 0
            ratio = normal(word(own[todo], first[todo] + U(1)))
            whole = np.zeros(n)
            whole[todo] = p.whole_seeding * np.exp(both * ratio)
            rest = normal(word(own[todo], first[todo] + U(2)))
            self.seeding[todo] = np.exp(p.seeding_sd * (a * ratio + b * rest))
            primary[todo] = le.SURFACE * np.exp(p.log_primary_rate + p.primary_sd * (a * rest - b * ratio))
            self.growth[todo] = p.patient_sd * normal(word(own[todo], first[todo] + U(3)))
            waited, arrivals, again, going = np.zeros(n), 0, [], todo
            while going.size:
                waited[going] += exponential(word(own[going], first[going] + U(4 + arrivals)))
                going = going[(waited[going] < whole[going]) & (self.n[going] < c.MOST)]
                at = np.log(1 - waited[going] / whole[going]) / primary[going]
                key = streams._mixed(own[going] ^ streams._mixed((first[going] + U(arrivals)) ^ CHILD))
                large = self.settle(going, key, at, np.zeros(going.size, int), True)
                again.append(going[large])
                going = going[~large]
                arrivals += 1
            todo = np.concatenate(again) if again else todo[:0]
            self.status[todo] = GONE
            first[todo] += EACH_DRAW

    def burden(self, i: Any, day: Any) -> Any:
        live = self.status[i] != GONE
        age = self.rate[i] * (day[:, None] - self.born[i])
        size = age if self.k == 0 else (1 - np.exp(-self.k * np.maximum(age, 0))) / self.k
        return np.where(live & (age > self.m.counts_clock), np.exp(size - self.m.log_lethal), 0.0).sum(axis=1)

    def run(self) -> Any:
        """All courses, one event of each patient after the other; rows as the compiled engine keeps them."""
        self.begin()
        n, p, row = self.n.size, self.m, self.rows
        now, cause = np.zeros(n), np.zeros(n, int)
        self.operations, self.lines = np.zeros(n, int), np.zeros(n, int)
        self.known, self.first = np.zeros(n, int), np.zeros(n, int)
        live = self.n > 0
        safe = np.where(
            self.status != GONE, self.born + p.safe_clock / np.where(self.rate > 0, self.rate, 1), le.NEVER
        )
        safe = safe.min(axis=1)
        active = np.flatnonzero(live)
        while active.size:
            width = int(self.n[active].max())
            status = self.status[active, :width]
            founds = np.where(status != GONE, self.founds[active, :width], le.NEVER)
            nexts = np.minimum(founds, np.where(status == HIDDEN, self.seen[active, :width], le.NEVER))
            which = nexts.argmin(axis=1)
            at = nexts[np.arange(active.size), which]
            none = at >= self.last[active]
            following = np.where(none, self.last[active], at)
            check = np.flatnonzero(following > safe[active])
            dead = check[self.burden(active[check], following[check]) >= 1] if check.size else check
            safe[active[check]] = following[check]
            if dead.size:
                i = active[dead]
                low, high = now[i].copy(), following[dead].copy()
                while (wide := high - low > 1e-5).any():
                    middle = 0.5 * (low + high)
                    over = self.burden(i, middle) >= 1
                    high, low = np.where(wide & over, middle, high), np.where(wide & ~over, middle, low)
                now[i], cause[i] = np.maximum(now[i], high), c.OF_CANCER
            stay = ~none
            stay[dead] = False
            active, which, following = active[stay], which[stay], following[stay]
            now[active] = np.maximum(now[active], following)
            is_founding = self.founds[active, which] == following
            i, j = active[is_founding], which[is_founding]
            if i.size:
                full = self.n[i] >= c.MOST
                self.founds[i[full], j[full]] = le.NEVER
                # the compiled engine counts the child, and then asks no more of this lesion
                i, j, day = i[~full], j[~full], following[is_founding][~full]
                key = streams._mixed(self.key[i, j] ^ streams._mixed(self.children[i, j].astype(U) ^ CHILD))
                self.children[i, j] += 1
                place = self.n[i]
                self.settle(i, key, day, 1 + self.organ[i, j], False)
                safe[i] = np.minimum(safe[i], self.born[i, place] + p.safe_clock / self.rate[i, place])
                self.found_next(i, j, day, self.w[i, j])
            i, j = active[~is_founding], which[~is_founding]
            if i.size:
                died = self.examine(i, j, now[i], following[~is_founding])
                cause[i[died]] = c.OF_TREATMENT
                active = np.setdiff1d(active, i[died], assume_unique=True)
        end = np.where(cause != c.ALIVE, now, self.last)
        cause = np.where((cause == c.ALIVE) & self.otherwise, c.OTHERWISE, cause)
        row[:, 0], row[:, 1], row[:, 6], row[:, 7] = end, cause, self.n, self.operations
        row[:, 12] = ((self.status != GONE) & (self.born <= end[:, None])).sum(axis=1)
        return row

    def reset(self, i: Any, j: Any, day: Any, left: Any) -> None:
        self.born[i, j] = day - self.clock(left) / self.rate[i, j]
        self.found_next(i, j, day, np.exp(le.SURFACE * left))

    def examine(self, i: Any, j: Any, now: Any, following: Any) -> Any:
        """Examinations of some patients, then the policy; says who died of the operation."""
        p, row = self.m, self.rows
        width = int(self.n[i].max())
        status, day = self.status[i, :width], now[:, None]
        felt = self.felt[i, j][:, None]
        size = self.size(day, self.born[i, :width], self.rate[i, :width])
        own = np.arange(width)[None, :] == j[:, None]
        shows = own | (~felt & (self.seen[i, :width] == following[:, None]))
        looked = uniform(
            word(self.key[i, :width], (le.LOOKED_AT + self.operations[i] + self.lines[i])[:, None])
        )
        shows = (shows | (felt & (looked < self.sensitivity(size)))) & (status == HIDDEN)
        bits = 1 << self.organ[i, :width]
        fresh = np.bitwise_or.reduce(np.where(shows, bits, 0), axis=1)
        new_organ = (fresh & ~self.known[i]) != 0
        self.known[i] |= fresh
        status = np.where(shows, SHOWN, status)
        each_mm = np.where(shows, self.m.least_mm * np.exp((size - self.m.log_least) / 3), -1.0)
        mm, largest_one = each_mm.max(axis=1), each_mm.argmax(axis=1)
        once = row[i, 2] < 0
        larger = (once | (row[i, 2] == now)) & (mm > row[i, 4])
        row[i[larger], 15] = self.rate[i[larger], largest_one[larger]]
        row[i[once], 16], row[i[once], 17] = np.exp(self.growth[i[once]]), self.seeding[i[once]]
        largest = np.maximum(row[i, 4], mm)
        row[i, 4] = np.where(once | (row[i, 2] == now), largest, row[i, 4])
        shown = (status == SHOWN).sum(axis=1)
        organs = np.bitwise_or.reduce(np.where(status == SHOWN, bits, 0), axis=1)
        row[i[~once & (row[i, 10] < 0)], 10] = now[~once & (row[i, 10] < 0)]
        row[i[once], 2], row[i[once], 3], row[i[once], 5] = now[once], shown[once], organs[once]
        self.first[i[once]] = organs[once]
        later = row[i, 2] < now
        other = later & new_organ & (row[i, 13] < 0) & ((self.known[i] & ~self.first[i]) != 0)
        row[i[other], 13] = now[other]
        again = later & (row[i, 14] < 0)
        row[i[again], 14] = now[again]
        many = np.array([int(one).bit_count() for one in organs])
        local = (shown <= p.most_lesions) & (many <= p.most_organs) & (self.operations[i] < p.most_operations)
        died = local & (uniform(word(self.own[i], 100 + self.operations[i])) < p.mortality)
        chance = uniform(word(self.key[i, :width], (le.OPERATED + self.operations[i])[:, None]))
        left = np.where(chance < p.p_r0, 0, np.where(chance < p.p_r0 + p.p_r1, 1, 2))
        cut = local[:, None] & (status == SHOWN)
        status = np.where(cut & (left == 0), GONE, np.where(cut & (left == 1), HIDDEN, status))
        self.status[i, :width] = status
        a, b = np.nonzero(cut & (left > 0))
        cells = np.minimum(np.where(left[a, b] == 1, p.log_r1, p.log_r2), size[a, b])
        self.reset(i[a], b, now[a], cells)
        a, b = np.nonzero(cut & (left == 1))
        self.see_next(i[a], b, now[a])
        worst = np.where(cut, left, 0).max(axis=1)
        start = local & (self.operations[i] == 0)
        row[i[start], 8], row[i[start], 9] = worst[start], now[start]
        drugs = ~local & (self.lines[i] < p.lines)
        if drugs.any():
            self.drugs(i[drugs], now[drugs], size[drugs], width)
        self.operations[i] += local
        self.lines[i] += drugs
        return died

    def drugs(self, i: Any, now: Any, size: Any, width: int) -> None:
        """Systemic therapy of some patients."""
        kill = self.m.kill * exponential(word(self.own[i], 50 + self.lines[i]))
        fresh = self.rows[i, 11] < 0
        self.rows[i[fresh], 11] = now[fresh]
        status, size = self.status[i, :width], size - kill[:, None]
        hit = (status != GONE) & (self.born[i, :width] < now[:, None])
        chance = uniform(word(self.key[i, :width], (le.OPERATED + 500 + self.lines[i])[:, None]))
        gone = hit & (size < 3.4) & (chance < np.exp(-np.exp(np.minimum(size, 3.4))))
        self.status[i, :width] = np.where(gone, GONE, status)
        a, b = np.nonzero(hit & ~gone)
        self.reset(i[a], b, now[a], np.maximum(size[a, b], 0.0))
        a, b = np.nonzero(hit & ~gone & (status == HIDDEN))
        self.see_next(i[a], b, now[a])


def simulate(model: VirtualPatients, patients: int, seed: int = 0) -> Any:
    """(patients, ROW) rows, as the compiled engine keeps them."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return Cohort(model, patients, seed).run()
