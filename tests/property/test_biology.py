"""What holds of every model of biology, whatever its parameters: monotone where biology says so."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from paget.biology import growth, lymph, network, regrowth, residual_hazard, salvage_benefit, vessel

rates = st.floats(1e-4, 1.0)
cells = st.floats(1.0, 1e12)
shares = st.floats(0.0, 1.0)
few = settings(max_examples=60)


@st.composite
def networks(draw: st.DrawFn) -> network.Network:
    n = draw(st.integers(1, 4))
    matrix = [[draw(st.floats(0, 3)) for _ in range(n)] for _ in range(n)]
    return network.Network(tuple(f"organ {i}" for i in range(n)), np.array(matrix), np.full(n, 500.0))


@few
@given(cells, cells, rates, st.floats(1e-14, 1e-8), shares, st.floats(0, 4000))
def test_more_residual_never_shortens_the_hazard_of_regrowth(one, two, rate, alpha, beta, days):
    less, more = sorted((one, two))
    own = {"alpha": alpha, "beta": beta, "rate": rate}
    days = min(days, 600 / rate)
    h = [float(residual_hazard.hazard(days, residual_cells=n, **own)) for n in (less, more)]
    s = [float(residual_hazard.survival(days, residual_cells=n, **own)) for n in (less, more)]
    assert h[0] <= h[1]
    assert s[0] >= s[1]
    until = [float(regrowth.days_until(1e12, residual_cells=n, rate=rate)) for n in (less, more)]
    assert until[0] >= until[1]


@few
@given(networks(), st.data())
def test_treating_more_never_raises_r_m_and_never_lowers_extinction(whole, data):
    organ = data.draw(st.sampled_from(whole.organs))
    assert whole.without(organ).r_m <= whole.r_m * (1 + 1e-9) + 1e-9
    less, more = sorted((data.draw(shares), data.draw(shares)))
    one, two = whole.treated(less), whole.treated(more)
    assert two.r_m <= one.r_m * (1 + 1e-9) + 1e-9
    if abs(one.r_m - 1) > 0.02 and abs(two.r_m - 1) > 0.02:  # at 1 itself the solution is approached slowly
        assert (two.extinction() >= one.extinction() - 1e-9).all()


@few
@given(networks())
def test_extinction_solves_its_equation(whole):
    assume(abs(whole.r_m - 1) > 0.02)
    q = whole.extinction()
    assert ((q >= 0) & (q <= 1)).all()
    assert np.allclose(q, np.exp(-whole.next_generation @ (1 - q)), atol=1e-9)
    assert (whole.r_m > 1) == bool((q < 1 - 1e-9).any())


@few
@given(shares, shares, shares)
def test_a_narrower_vessel_never_carries_more(one, two, length):
    narrow, wide = sorted((one, two))
    assert float(vessel.flow_left(narrow, length)) <= float(vessel.flow_left(wide, length)) + 1e-15
    radii = [
        vessel.flow([vessel.Segment(10 * k, 50), vessel.Segment(5, 50)], viscosity=3.5, pressure=80)
        for k in (narrow, wide)
    ]
    assert radii[0] <= radii[1] * (1 + 1e-12)
    sides = {name: [vessel.Segment(10 * k, 40)] for name, k in (("narrow", narrow), ("wide", wide))}
    joined = vessel.through_flap(sides, [vessel.Segment(1, 60)], viscosity=3.5, pressure=80)
    assert joined["narrow"] <= joined["wide"] * (1 + 1e-12)


@st.composite
def drainages(draw: st.DrawFn) -> lymph.Drainage:
    n = draw(st.integers(2, 8))
    resistance = st.floats(0.01, 1e4)
    line = [lymph.Channel(f"n{i}", f"n{i + 1}", draw(resistance)) for i in range(n)]
    pairs = draw(st.lists(st.tuples(st.integers(0, n), st.integers(0, n)), max_size=10))
    others = [lymph.Channel(f"n{i}", f"n{j}", draw(resistance)) for i, j in pairs if i != j]
    return lymph.Drainage((*line, *others), {"n0": draw(st.floats(0.1, 100))}, (f"n{n}",))


@few
@given(drainages())
def test_lymph_is_conserved_at_every_station(network_):
    found = network_.flows()
    assert found.imbalance < 1e-12
    inflow = sum(network_.inflow.values())
    assert math.isclose(sum(found.outflow.values()), inflow, rel_tol=1e-12)
    assert min(found.pressure.values()) >= -1e-12 * max(found.pressure.values())


@few
@given(drainages(), st.floats(1, 1e4), st.data())
def test_blocking_a_channel_never_lowers_the_pressure_at_the_site(network_, factor, data):
    # Rayleigh: raising a resistance never lowers the resistance of the whole
    name = data.draw(st.sampled_from([one.name for one in network_.channels]))
    before, after = network_.flows(), network_.blocked([name], factor).flows()
    assert after.pressure["n0"] >= before.pressure["n0"] * (1 - 1e-9)


@few
@given(cells, cells, rates, st.floats(0, 0.05))
def test_days_to_a_size_and_the_size_after_days_are_inverse(start, end, rate, decay):
    start, end = sorted((start, end))
    days = float(growth.days_to(end, start_cells=start, rate=rate, decay=decay))
    assume(days < 1e5)
    again = float(growth.gompertz(days, start_cells=start, rate=rate, decay=decay))
    assert math.isclose(again, end, rel_tol=1e-5)


@few
@given(*[st.floats(0.1, 300)] * 3, st.floats(0, 0.5), shares, shares)
def test_a_higher_probability_of_r0_never_lowers_the_expectation(r0, failed, none, mortality, one, two):
    assume(r0 >= failed)
    model = salvage_benefit.SalvageBenefit(r0, failed, none, mortality)
    low, high = sorted((one, two))
    assert model.operated(low) <= model.operated(high) + 1e-9
    if 0 < model.break_even <= 1:
        assert abs(model.gain(model.break_even)) < 1e-9 * max(r0, none)
