"""The web server round the page, as a stranger meets it."""

from mnist_cnn.page.server import launch_settings


def test_a_launch_hides_errors_records_nothing_and_refuses_large_files():
    settings = launch_settings()
    assert settings["max_file_size"] == 25_000_000
    for switched_off in ("show_error", "run_history", "enable_monitoring", "ssr_mode"):
        assert settings[switched_off] is False
