"""Several sessions of one process write checkpoints at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from dllab import Recipe, Session
from dllab.checkpoint import read_checkpoint, write_checkpoint


def test_that_checkpoints_written_at_the_same_moment_do_not_disturb_each_other(tmp_path):
    with Session.create(Recipe.builtin("circles")) as session:
        contents = session.store.load(session.checkpoint())
        paths = [tmp_path / f"{number}.h5" for number in range(24)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda path: write_checkpoint(path, contents), paths))
        hashes = {read_checkpoint(path).state.fingerprint() for path in paths}
        assert hashes == {session.fingerprint()}
