import django.db.models.deletion
import portal.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0017_national_newcomers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('onestop', '0015_sealed_papers'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=portal.core.ids.uuid7, editable=False, unique=True)),
                ('code', models.CharField(db_index=True, max_length=60)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('since', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('is_unknown', models.BooleanField(default=False)),
                ('has_ended', models.BooleanField(default=False)),
                ('added_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='followedcase',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='followedcase',
            name='procedure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procedures.procedure'),
        ),
        migrations.AddIndex(
            model_name='followedcase',
            index=models.Index(condition=models.Q(('has_ended', False), ('is_unknown', False)), fields=['checked_at'], name='followed_on'),
        ),
        migrations.AddConstraint(
            model_name='followedcase',
            constraint=models.UniqueConstraint(fields=('account', 'procedure', 'code'), name='followed_once'),
        ),
    ]
