"""The plan of a fault programme: repeatable by its seed, and complete."""

from customify.testing.chaos import plan

SIZE = plan.PlanSize(designs=50, edits=9, rerenders=9, deletes=9, faults={plan.KILL_WORKER: 5}, workers=2)


def test_a_seed_repeats_its_plan() -> None:
    assert plan.draw_plan(SIZE, 3) == plan.draw_plan(SIZE, 3)
    assert plan.draw_plan(SIZE, 3) != plan.draw_plan(SIZE, 4)


def test_a_plan_covers_all_operations_and_none_after_a_delete() -> None:
    steps = plan.draw_plan(SIZE, 3).steps
    operations = [operation for step in steps for operation in step.operations]
    assert [what for what, _ in operations].count(plan.CREATE) == SIZE.designs
    for number in {number for what, number in operations if what == plan.DELETE}:
        assert [what for what, of in operations if of == number][-1] == plan.DELETE
    assert [step.fault for step in steps] == [plan.KILL_WORKER] * 5
