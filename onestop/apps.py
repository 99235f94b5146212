from django.apps import AppConfig


class OnestopConfig(AppConfig):
    name = "onestop"
    verbose_name = "Một cửa"

    def ready(self) -> None:
        from onestop import counting, owning, prefilling, receivers  # noqa: F401, PLC0415 - connecting is the purpose; models come first
